namespace Qwen3Tokenizer.Edge.Distillation.Losses;

/// <summary>A part of a batch's <see cref="PitchLoss"/>; the parts add up to the batch's values.</summary>
/// <param name="Total">The weighted sum, as it enters the loss.</param>
/// <param name="Octaves">Mean pitch error of voiced rows, octaves, not weighted.</param>
/// <param name="Entropy">Mean binary cross-entropy of the voicing, nats, not weighted.</param>
/// <param name="Agreement">Share of rows whose voicing is right.</param>
public readonly record struct PitchLossValue(double Total, double Octaves, double Entropy, double Agreement)
{
    /// <summary>Sum of two parts.</summary>
    public static PitchLossValue operator +(PitchLossValue a, PitchLossValue b) => Add(a, b);

    /// <summary>Sum of two parts.</summary>
    public static PitchLossValue Add(PitchLossValue left, PitchLossValue right) =>
        new(left.Total + right.Total, left.Octaves + right.Octaves, left.Entropy + right.Entropy, left.Agreement + right.Agreement);
}

/// <summary>
/// Pitch and voicing of head rows against targets: <c>p * sum_{voiced} |u - log2(f0 / reference)| / (V + 1) + q * mean BCE(v, voiced)</c> with V voiced rows in the whole batch.
/// </summary>
/// <param name="pitchChannel">Channel of u in a head row, 3 knots.</param>
/// <param name="voicingChannel">Channel of v, a logit: voiced when positive.</param>
/// <param name="reference">Hz of u = 0.</param>
/// <param name="pitchWeight">p.</param>
/// <param name="voicingWeight">q; 0.5 for the shipped codec.</param>
public sealed class PitchLoss(int pitchChannel, int voicingChannel, double reference, double pitchWeight = PitchLoss.DefaultPitchWeight, double voicingWeight = 0.5)
{
    /// <summary>p of the shipped codec.</summary>
    public const double DefaultPitchWeight = 3;

    /// <summary>Voiced rows among targets, for the denominator.</summary>
    public static int CountVoiced(ReadOnlySpan<float> pitch)
    {
        int count = 0;
        foreach (float hertz in pitch)
        {
            count += hertz > 0 ? 1 : 0;
        }

        return count;
    }

    /// <summary>The value of some rows of a batch; adds their gradient.</summary>
    /// <param name="head">[rows, channels].</param>
    /// <param name="channels">Values of a head row.</param>
    /// <param name="pitch">Target of every row in Hz, 0 when unvoiced.</param>
    /// <param name="voicedInBatch">V: voiced rows of the whole batch.</param>
    /// <param name="rowsInBatch">Rows of the whole batch, at least 1.</param>
    /// <param name="gradient">Gradient by the head rows, added to.</param>
    /// <exception cref="ArgumentException">Lengths do not fit together.</exception>
    public PitchLossValue Add(ReadOnlySpan<float> head, int channels, ReadOnlySpan<float> pitch, int voicedInBatch, int rowsInBatch, Span<float> gradient)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(voicedInBatch);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsInBatch, 1);
        if (Math.Min(pitchChannel, voicingChannel) < 0 || Math.Max(pitchChannel, voicingChannel) >= channels || head.Length != (long)pitch.Length * channels || gradient.Length != head.Length)
        {
            throw new ArgumentException($"{head.Length} values and {gradient.Length} gradients are not {pitch.Length} rows of {channels} with the channels {pitchChannel} and {voicingChannel}.", nameof(head));
        }

        double octaves = 0, entropy = 0;
        int agreeing = 0;
        float pitchSlope = (float)(pitchWeight / (voicedInBatch + 1.0));
        for (int row = 0; row < pitch.Length; row++)
        {
            int u = (row * channels) + pitchChannel, v = (row * channels) + voicingChannel;
            bool voiced = pitch[row] > 0;
            if (voiced)
            {
                double error = head[u] - Math.Log2(pitch[row] / reference);
                octaves += Math.Abs(error);
                gradient[u] += pitchSlope * Math.Sign(error);
            }

            double logit = head[v], decay = Math.Exp(-Math.Abs(logit)), probability = (logit >= 0 ? 1 : decay) / (1 + decay);
            entropy += Math.Max(logit, 0) - (voiced ? logit : 0) + Math.Log(1 + decay);
            gradient[v] += (float)(voicingWeight * (probability - (voiced ? 1 : 0)) / rowsInBatch);
            agreeing += logit > 0 == voiced ? 1 : 0;
        }

        octaves /= voicedInBatch + 1.0;
        entropy /= rowsInBatch;
        return new PitchLossValue((pitchWeight * octaves) + (voicingWeight * entropy), octaves, entropy, (double)agreeing / rowsInBatch);
    }
}
