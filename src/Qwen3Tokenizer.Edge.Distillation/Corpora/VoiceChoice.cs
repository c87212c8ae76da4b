using Qwen3Tokenizer.Edge.Distillation.Engine;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Draws voices by weight: minutes to a power, times the voice's factor.</summary>
internal sealed class VoiceChoice
{
    private readonly VoiceStream[] _streams;
    private readonly double[] _upTo;

    public VoiceChoice(IReadOnlyList<VoiceStream> streams, SegmentOptions options)
    {
        _streams = [.. streams];
        _upTo = new double[_streams.Length];
        double sum = 0;
        for (int i = 0; i < _streams.Length; i++)
        {
            sum += Weight(_streams[i].Name, _streams[i].Samples, _streams[i].IsVaried, options);
            _upTo[i] = sum;
        }

        Shares = _streams.Select((s, i) => (s.Name, Share: (_upTo[i] - (i == 0 ? 0 : _upTo[i - 1])) / sum)).ToDictionary(x => x.Name, x => x.Share, StringComparer.Ordinal);
    }

    /// <summary>Probability of each voice.</summary>
    public IReadOnlyDictionary<string, double> Shares { get; }

    /// <summary>Weight of a voice with so many samples.</summary>
    public static double Weight(string voice, long samples, bool isVaried, SegmentOptions options) =>
        Math.Pow(samples / (60.0 * CorpusGrid.SampleRate), options.MinutesPower) * Factor(voice, options) * (isVaried ? options.VariedFactor : 1);

    public VoiceStream Draw(ref CounterRandom random)
    {
        double at = random.NextDouble() * _upTo[^1];
        int found = Array.BinarySearch(_upTo, at);

        // An exact hit belongs to the next voice: the bounds are exclusive.
        return _streams[Math.Min(found >= 0 ? found + 1 : ~found, _streams.Length - 1)];
    }

    private static double Factor(string voice, SegmentOptions options) => options.VoiceFactors
        .Where(f => voice.StartsWith(f.Key, StringComparison.Ordinal)).OrderByDescending(f => f.Key.Length).Select(f => f.Value).DefaultIfEmpty(1).First();
}
