using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>Takes every n-th sample behind a linear-phase low-pass: a Hamming-windowed sinc of 127 taps that falls to half at 97.5 % of the new half sample rate (Oppenheim and Schafer 2010, section 7.5).</summary>
public sealed class Decimator
{
    private const int Taps = 127;
    private const double Cutoff = 0.975;

    private readonly float[] _taps;

    /// <summary>Prepares the filter.</summary>
    /// <param name="factor">n, at least 1; 1 copies.</param>
    public Decimator(int factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factor, 1);
        Factor = factor;
        _taps = new float[factor == 1 ? 1 : Taps];
        double sum = 0;
        var taps = new double[_taps.Length];
        for (int i = 0; i < taps.Length; i++)
        {
            double t = (i - (taps.Length / 2)) * Cutoff / factor;
            taps[i] = taps.Length == 1 ? 1 : (t == 0 ? 1 : Math.Sin(Math.PI * t) / (Math.PI * t)) * (0.54 - (0.46 * Math.Cos(2 * Math.PI * i / (Taps - 1))));
            sum += taps[i];
        }

        for (int i = 0; i < taps.Length; i++)
        {
            _taps[i] = (float)(taps[i] / sum);
        }
    }

    /// <summary>n.</summary>
    public int Factor { get; }

    /// <summary>Samples that the filter reads before and after the one it takes.</summary>
    public int Margin => _taps.Length / 2;

    /// <summary>y[i] = (h * x)[margin + n i].</summary>
    /// <param name="x">At least (y.Length - 1) * n + 1 + 2 * <see cref="Margin"/> samples: the first <see cref="Margin"/> stand before the first one that is taken.</param>
    /// <param name="y">Receives the result.</param>
    public void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = FixedOrder.Dot(x.Slice(i * Factor, _taps.Length), _taps);
        }
    }
}
