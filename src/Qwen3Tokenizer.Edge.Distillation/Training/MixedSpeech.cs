using Qwen3Tokenizer.Edge.Distillation.Engine;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>Several sources of sequences as one: each is drawn with its share. Which one it is depends on seed, step and item alone.</summary>
public sealed class MixedSpeech
{
    private const int Purpose = 105;

    private readonly SequenceSource[] _sources;
    private readonly double[] _upTo;

    /// <summary>Mixes sources.</summary>
    /// <param name="parts">Sources and their weights, 0 or more, which need not add up to 1.</param>
    public MixedSpeech(params IReadOnlyList<(SequenceSource Source, double Weight)> parts)
    {
        _sources = [.. parts.Select(p => p.Source)];
        _upTo = new double[parts.Count];
        double sum = 0;
        for (int i = 0; i < parts.Count; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(parts[i].Weight, nameof(parts));
            _upTo[i] = sum += parts[i].Weight;
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sum, nameof(parts));
    }

    /// <summary>Fills one sequence from one of the sources.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="step">Number of the step.</param>
    /// <param name="item">Number of the sequence in its batch.</param>
    /// <param name="into">Receives it.</param>
    public void Draw(ulong seed, long step, int item, TrainingItem into)
    {
        double at = new CounterRandom(seed, step, item, Purpose).NextDouble() * _upTo[^1];
        _sources[Array.FindIndex(_upTo, end => at < end)](seed, step, item, into);
    }
}
