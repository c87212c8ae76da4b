using System.Numerics.Tensors;

namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>
/// Changes the sample rate by a rational factor with a Kaiser-windowed sinc (Smith, "Digital Audio Resampling"; Kaiser 1974): linear phase with its delay removed,
/// flat up to 0.9 of the lower Nyquist frequency, at least 90 dB down from that Nyquist frequency on.
/// </summary>
public static class Resampler
{
    // Half-width in periods of the lower rate: Kaiser's (A - 7.95) / (2.285 * transition) taps for A = 102 dB and a transition of 0.1 Nyquist, halved.
    private const double HalfWidth = 66;
    private const double Beta = 10.3;
    private const double Cutoff = 0.95;

    // An exact filter per output phase where that is small, otherwise rows this fine (per period of the lower rate) with linear interpolation: error below (pi / 1024)^2 / 8 = -118 dB.
    private const int MaxExactCoefficients = 1 << 19;
    private const int InterpolatedPhases = 1024;
    private const int MaxRatio = 1000;

    /// <summary>Resamples one channel. Beyond both ends the signal counts as zero; output sample <c>k</c> lies at the time of input sample <c>k * fromRate / toRate</c>.</summary>
    /// <param name="x">Samples.</param>
    /// <param name="fromRate">Rate of <paramref name="x"/>, at least 1.</param>
    /// <param name="toRate">Rate wanted, at least 1.</param>
    /// <returns><c>ceil(n * toRate / fromRate)</c> samples; a copy when the rates are equal.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A rate below 1, rates further apart than 1000 to 1, or a result that does not fit into an array.</exception>
    public static float[] Resample(ReadOnlySpan<float> x, int fromRate, int toRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromRate, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(toRate, 1);
        if (fromRate == toRate)
            return x.ToArray();

        if (fromRate / toRate > MaxRatio || toRate / fromRate > MaxRatio)
            throw new ArgumentOutOfRangeException(nameof(toRate), $"{fromRate} Hz and {toRate} Hz are further apart than {MaxRatio} to 1.");

        long length = (((long)x.Length * toRate) + fromRate - 1) / fromRate;
        if (length > Array.MaxLength)
            throw new ArgumentOutOfRangeException(nameof(toRate), $"{x.Length} samples at {fromRate} Hz make {length} samples at {toRate} Hz, more than an array holds.");

        var y = new float[length];
        if (length == 0)
            return y;

        int divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(fromRate, toRate);
        int up = toRate / divisor, down = fromRate / divisor;
        double scale = Math.Min(1.0, (double)up / down);
        int reach = (int)Math.Ceiling(HalfWidth / scale);
        bool exact = (long)up * 2 * reach <= MaxExactCoefficients;
        int phases = exact ? up : (int)Math.Ceiling(InterpolatedPhases * scale);
        float[] table = Table(phases, reach, scale, exact ? 0 : 1);
        Filter(x, y, table, new Layout(up, down, reach, phases, exact));
        return y;
    }

    private static void Filter(ReadOnlySpan<float> x, Span<float> y, float[] table, Layout layout)
    {
        int taps = 2 * layout.Reach;
        for (int k = 0; k < y.Length; k++)
        {
            long position = (long)k * layout.Down;
            long first = (position / layout.Up) - layout.Reach + 1;
            int begin = (int)Math.Max(0, -first), end = (int)Math.Min(taps, x.Length - first);
            if (begin >= end)
                continue;

            ReadOnlySpan<float> part = x.Slice((int)(first + begin), end - begin);
            int remainder = (int)(position % layout.Up);
            if (layout.Exact)
            {
                y[k] = TensorPrimitives.Dot(part, table.AsSpan((remainder * taps) + begin, part.Length));
                continue;
            }

            double phase = (double)remainder / layout.Up * layout.Phases;
            int row = (int)phase;
            double fraction = phase - row;
            float left = TensorPrimitives.Dot(part, table.AsSpan((row * taps) + begin, part.Length));
            float right = TensorPrimitives.Dot(part, table.AsSpan(((row + 1) * taps) + begin, part.Length));
            y[k] = (float)(left + ((right - left) * fraction));
        }
    }

    /// <summary>Rows of 2 * reach taps: row p serves output that lies p / phases after an input sample; each row sums to 1, so that a constant stays constant.</summary>
    private static float[] Table(int phases, int reach, double scale, int extraRows)
    {
        int taps = 2 * reach;
        var table = new float[(phases + extraRows) * taps];
        var row = new double[taps];
        for (int p = 0; p < phases + extraRows; p++)
        {
            double sum = 0;
            for (int i = 0; i < taps; i++)
            {
                double t = (((double)p / phases) + reach - 1 - i) * scale;
                double angle = Math.PI * Cutoff * t;
                double sinc = angle == 0 ? 1 : Math.Sin(angle) / angle, inside = 1 - (t * t / (HalfWidth * HalfWidth));

                // The window ends before its last point, so that the filter is symmetric in every phase. Its height cancels in the division by the sum.
                row[i] = inside <= 1e-12 ? 0 : sinc * Windows.BesselI0(Beta * Math.Sqrt(inside));
                sum += row[i];
            }

            for (int i = 0; i < taps; i++)
                table[(p * taps) + i] = (float)(row[i] / sum);
        }

        return table;
    }

    private readonly record struct Layout(int Up, int Down, int Reach, int Phases, bool Exact);
}
