using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Compiler.Tones;

/// <summary>What one frame of real speech sounds like beside its token.</summary>
/// <param name="Token">Code of layer 0.</param>
/// <param name="PitchHz">Median over the voiced part; 0 when no part is voiced.</param>
/// <param name="Voiced">Share of the frame that is voiced, 0..1.</param>
/// <param name="LevelDb">Root mean square in dB relative to the clip's loud frames (their 95th percentile); -infinity for digital silence.</param>
public readonly record struct SpeechFrame(int Token, double PitchHz, double Voiced, double LevelDb)
{
    /// <summary>Whether most of it is voiced.</summary>
    public bool IsVoiced => PitchHz > 0 && Voiced >= 0.5;
}

/// <summary>Frames of speech with their tokens, pitch and level.</summary>
public static class SpeechFrames
{
    private const double LoudShare = 0.95;

    /// <summary>Encodes and analyses a clip. Token t stands for the samples [t frame - delay, (t + 1) frame - delay): what a decoder puts out for it is the input of that stretch.</summary>
    /// <param name="model">A model with an encoder.</param>
    /// <param name="samples">Mono at the model's rate.</param>
    public static SpeechFrame[] Of(EdgeModel model, float[] samples)
    {
        TokenClip tokens = EdgeCodec.Encode(model, samples, layers: 1);
        float[] track = PitchTracker.Track(samples, model.Config.SampleRate);
        int length = model.Config.SamplesPerToken, delay = model.Config.DelaySamples;
        double[] levels = [.. Enumerable.Range(0, tokens.Frames).Select(t => Level(samples, (t * length) - delay, length))];
        double loud = levels.Order().ElementAt((int)(LoudShare * (levels.Length - 1)));
        var frames = new SpeechFrame[tokens.Frames];
        for (int t = 0; t < frames.Length; t++)
        {
            double[] pitches = Voiced(track, ((double)t * length) - delay, length, model.Config.SampleRate, out double share);
            frames[t] = new SpeechFrame(tokens[t, 0], pitches.Length == 0 ? 0 : Median(pitches), share, loud > double.NegativeInfinity ? levels[t] - loud : levels[t]);
        }

        return frames;
    }

    /// <summary>The middle value; the mean of the two middle ones of an even number.</summary>
    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Level(float[] samples, int start, int length)
    {
        int from = Math.Clamp(start, 0, samples.Length), to = Math.Clamp(start + length, 0, samples.Length);
        double power = 0;
        foreach (float x in samples.AsSpan(from, to - from))
            power += (double)x * x;
        return power == 0 ? double.NegativeInfinity : 10 * Math.Log10(power / length);
    }

    /// <summary>The frequencies of the tracker's frames whose centres lie in a stretch, and the share of them that have one.</summary>
    private static double[] Voiced(float[] track, double start, int length, int rate, out double share)
    {
        int first = (int)Math.Ceiling(start * PitchTracker.FramesPerSecond / rate), end = (int)Math.Ceiling((start + length) * PitchTracker.FramesPerSecond / rate);
        double[] found = [.. Enumerable.Range(first, end - first).Where(p => p >= 0 && p < track.Length && track[p] > 0).Select(p => (double)track[p])];
        share = (double)found.Length / (end - first);
        return found;
    }
}
