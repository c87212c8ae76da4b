using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Compiler.Tones;

/// <summary>
/// Learns a tone for every code of layer 0 from the pitch, level and voicing that it has in real speech, so that a buzzer follows the melody and the rhythm of a sentence.
/// <list type="bullet">
/// <item>Frequency: the median pitch of the token's voiced frames, rounded to semitones of equal temperament (A4 = 440 Hz) and moved by octaves into the buzzer's range.</item>
/// <item>Duty: from the median level. The fundamental of a rectangular wave of duty d has the amplitude (2 / pi) sin(pi d), so a level of L dB below loud speech wants sin(pi d) = 10^(L / 20).</item>
/// <item>Length: the median voiced share of the frame. 10 ms at least stay silent, so that tones of equal pitch are heard apart; what would sound shorter than 20 ms does not sound.</item>
/// <item>A token heard in few frames takes the mean of its nearest neighbours in the codebook, weighted by inverse squared distance.</item>
/// </list>
/// </summary>
/// <param name="model">A model with an encoder.</param>
public sealed class ToneLearner(EdgeModel model)
{
    private const int MinFrames = 6;
    private const int Neighbours = 4;
    private const double SemitonesPerOctave = 12;
    private const double ReferenceHz = 440;
    private const double QuietestDb = -30;
    private const int StepMs = 10;
    private const int LongestMs = Tone.FrameMs - StepMs;
    private const int ShortestMs = 20;

    // Speech lies at 50 to 500 Hz: eight times that is where buzzers are heard, and integer frequencies resolve it to 2 cents.
    private const double OctavesUp = 3;

    private readonly List<SpeechFrame>[] _frames = [.. Enumerable.Range(0, model.Config.CodebookSize).Select(_ => new List<SpeechFrame>())];

    /// <summary>Frames heard so far.</summary>
    public int Frames { get; private set; }

    /// <summary>Tokens heard often enough to have a voiced or unvoiced tone of their own.</summary>
    public int KnownTokens => _frames.Count(f => f.Count >= MinFrames);

    /// <summary>Tokens with a pitch of their own.</summary>
    public int PitchedTokens => _frames.Count(f => Pitched(f).Length >= MinFrames);

    /// <summary>Hears the frames of a clip.</summary>
    public void Add(IReadOnlyCollection<SpeechFrame> frames)
    {
        foreach (SpeechFrame frame in frames)
            _frames[frame.Token].Add(frame);
        Frames += frames.Count;
    }

    /// <summary>The table.</summary>
    /// <param name="range">What the buzzer can play.</param>
    /// <exception cref="BuildException">No token was heard often enough with a pitch.</exception>
    public ToneTable Learn(ToneRange range)
    {
        if (PitchedTokens == 0)
            throw new BuildException($"In {Frames} frames no token was heard {MinFrames} times with a pitch: more speech is needed.");
        double?[] octaves = [.. _frames.Select(f => Pitched(f) is { Length: >= MinFrames } p ? SpeechFrames.Median(p) : (double?)null)];
        double?[] voiced = [.. _frames.Select(f => f.Count >= MinFrames ? SpeechFrames.Median(f.Select(x => x.Voiced)) : (double?)null)];
        double?[] levels = [.. _frames.Select(f => f.Count >= MinFrames ? SpeechFrames.Median(f.Select(x => Math.Max(QuietestDb, x.LevelDb))) : (double?)null)];
        double[] distances = new double[_frames.Length];
        var tones = new Tone[_frames.Length];
        for (int token = 0; token < tones.Length; token++)
        {
            Measure(token, distances);
            tones[token] = ToneOf(range, Filled(octaves, token, distances), Filled(voiced, token, distances), Filled(levels, token, distances));
        }

        return new ToneTable(model.Config.Space, tones);
    }

    /// <summary>Pitches of the voiced frames as octaves above 1 Hz.</summary>
    private static double[] Pitched(List<SpeechFrame> frames) => [.. frames.Where(f => f.IsVoiced).Select(f => Math.Log2(f.PitchHz))];

    private static Tone ToneOf(ToneRange range, double octave, double voiced, double level)
    {
        double above = octave + OctavesUp - Math.Log2(ReferenceHz);
        int hertz = range.Fold(ReferenceHz * Math.Pow(2, Math.Round(above * SemitonesPerOctave) / SemitonesPerOctave));
        int on = Math.Min(LongestMs, StepMs * (int)Math.Round(voiced * Tone.FrameMs / StepMs));
        double duty = Math.Asin(Math.Pow(10, Math.Min(0, level) / 20)) / Math.PI;
        return new Tone(hertz, (int)Math.Round(duty * Tone.MaxDuty), on < ShortestMs || level <= QuietestDb ? 0 : on);
    }

    /// <summary>Squared distances of a token's codebook vector to all others.</summary>
    private void Measure(int token, double[] distances)
    {
        QuantizeNode quantizer = model.Encoder!.Nodes.OfType<QuantizeNode>().Single();
        int dim = quantizer.Inputs[0].Shape.Channels;
        ReadOnlySpan<float> codebooks = quantizer.Codebooks.Span, own = codebooks.Slice(token * dim, dim);
        for (int other = 0; other < distances.Length; other++)
        {
            double sum = 0;
            for (int i = 0; i < dim; i++)
            {
                double d = own[i] - codebooks[(other * dim) + i];
                sum += d * d;
            }

            distances[other] = sum;
        }
    }

    private static double Filled(double?[] values, int token, double[] distances)
    {
        if (values[token] is { } own)
            return own;
        double sum = 0, weights = 0;
        foreach (int near in Enumerable.Range(0, values.Length).Where(t => values[t] is not null).OrderBy(t => distances[t]).Take(Neighbours))
        {
            double weight = 1 / (distances[near] + 1e-9);
            sum += weight * values[near]!.Value;
            weights += weight;
        }

        return sum / weights;
    }
}
