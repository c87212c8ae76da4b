using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>How near a model's speech is to held-out recordings, with several numbers of layers.</summary>
/// <param name="Tokens">Whose tokens were decoded, such as "the teacher's".</param>
/// <param name="Rate">Samples per second at which both are compared: the model's.</param>
/// <param name="Clips">The clips.</param>
/// <param name="Layers">Figures for each number of layers, the fewest first.</param>
public sealed record HeldOutFigures(string Tokens, int Rate, IReadOnlyList<HeldOutClip> Clips, IReadOnlyList<LayerFigures> Layers)
{
    private static readonly int[] LayersOfInterest = [1, 2, 4, 8, 16];

    /// <summary>Encodes the clips, decodes them in 32-bit float and compares.</summary>
    /// <param name="model">Decodes.</param>
    /// <param name="encoder">Encodes, in the model's token space.</param>
    /// <param name="tokens">Whose tokens these are.</param>
    /// <param name="clips">Clips.</param>
    /// <param name="heard">Of how many clips, the first ones, the decoded speech is kept.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="progress">Told the share done.</param>
    /// <param name="cancel">Stops between clips.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static HeldOutFigures Measure(
        EdgeModel model, ITeacher encoder, string tokens, IReadOnlyList<HeldOutClip> clips, int heard, int threads, Action<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        int[] layers = [.. LayersOfInterest.Append(model.Config.NumQuantizers).Where(l => l >= model.MinLayers && l <= model.Config.NumQuantizers).Distinct().Order()];
        LayerFigures[] figures = [.. layers.Select(l => new LayerFigures(l, new SpeechQuality[clips.Count], new float[Math.Min(heard, clips.Count)][]))];
        int done = 0;
        Parallel.For(0, clips.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, i =>
        {
            TokenClip clip = Encode(encoder, clips[i].Samples, model.Config.NumQuantizers);
            float[] original = Original(clips[i], model.Config.SampleRate);
            foreach (LayerFigures f in figures)
            {
                float[] decoded = Decode(model, clip.KeepLayers(f.Layers), original.Length);
                f.Clips[i] = SpeechQuality.Measure(original, decoded, model.Config.SampleRate);
                if (i < f.Heard.Length)
                {
                    f.Heard[i] = decoded;
                }
            }

            progress?.Invoke((double)Interlocked.Increment(ref done) / clips.Count);
        });
        return new HeldOutFigures(tokens, model.Config.SampleRate, clips, figures);
    }

    /// <summary>A clip at the rate at which it is compared.</summary>
    /// <param name="clip">The clip.</param>
    /// <param name="rate">Samples per second.</param>
    public static float[] Original(HeldOutClip clip, int rate) => rate == CorpusGrid.SampleRate ? clip.Samples : Resampler.Resample(clip.Samples, CorpusGrid.SampleRate, rate);

    private static TokenClip Encode(ITeacher encoder, float[] samples, int layers) =>
        encoder.EncodeClip(Resampler.Resample(samples, CorpusGrid.SampleRate, encoder.Facts.Rate.SampleRate)).KeepLayers(layers);

    // Resampling can round the length differently by a sample.
    private static float[] Decode(EdgeModel model, TokenClip tokens, int length)
    {
        float[] decoded = [.. EdgeCodec.Trim(model, tokens, EdgeCodec.Decode(model, tokens))];
        Array.Resize(ref decoded, length);
        return decoded;
    }
}

/// <summary>Figures with one number of layers.</summary>
/// <param name="Layers">Layers decoded.</param>
/// <param name="Clips">Figures clip by clip.</param>
/// <param name="Heard">The decoded speech of the first clips, at the model's rate.</param>
public sealed record LayerFigures(int Layers, SpeechQuality[] Clips, float[][] Heard)
{
    /// <summary>Mean of a figure over the clips that have it, with its 95 % interval.</summary>
    /// <param name="figure">Which figure.</param>
    public MeanInterval Mean(Func<SpeechQuality, double?> figure) => MeanInterval.Of([.. Clips.Select(c => figure(c) ?? double.NaN)]);
}
