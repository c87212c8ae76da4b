using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Compiler.Lowering;

/// <summary>Element type, step and zero point of an activation, and the signal-to-quantization-noise ratio that was measured for 8 bits.</summary>
/// <param name="Type">Chosen element type.</param>
/// <param name="Scale">Real value of one step.</param>
/// <param name="ZeroPoint">Integer that stands for zero.</param>
/// <param name="Int8Sqnr">dB of the best 8-bit quantizer on the calibration data; NaN where 8 bits were not a candidate.</param>
public sealed record ActivationStep(ElementType Type, double Scale, int ZeroPoint, double Int8Sqnr)
{
    // Real maxima of speech that calibration did not see; 16 bits have the room.
    private const double Headroom = 2.0;

    // What a percentile leaves out at each end.
    private const double Outside = 1e-4;

    /// <summary>16 bits, symmetric, with room above the largest value seen.</summary>
    public static ActivationStep Wide(double largest) => new(ElementType.Int16, Math.Max(largest, 1e-6) * Headroom / 32767, 0, double.NaN);

    /// <summary>8 bits where their measured ratio reaches <paramref name="threshold"/> dB, else 16.</summary>
    /// <param name="histogram">Values seen.</param>
    /// <param name="threshold">dB.</param>
    /// <param name="asymmetric">Whether the values lie mostly on one side of zero (GELU): the zero point then uses the whole range.</param>
    /// <param name="range">How much of what was seen the 8 bits cover.</param>
    public static ActivationStep Choose(ValueHistogram histogram, double threshold, bool asymmetric, ActivationRange range = ActivationRange.LeastSquares)
    {
        (double scale, int zero, double sqnr) = histogram.Remember((asymmetric, range), h => Find(h, asymmetric, range));
        return sqnr >= threshold ? new(ElementType.Int8, scale, zero, sqnr) : Wide(histogram.MaximumMagnitude) with { Int8Sqnr = sqnr };
    }

    private static (double Scale, int Zero, double Sqnr) Find(ValueHistogram h, bool asymmetric, ActivationRange range)
    {
        double low = Math.Min(h.Minimum, 0), high = asymmetric ? h.Maximum : h.MaximumMagnitude;
        (int least, int most) = range == ActivationRange.LeastSquares ? (30, 110) : (100, 100);
        if (range == ActivationRange.Percentile)
        {
            (double under, double over) = h.Quantiles(Outside);
            (low, high) = (Math.Min(under, 0), asymmetric ? over : Math.Max(-under, over));
        }

        (double Scale, int Zero, double Error) best = (0, 0, double.PositiveInfinity);
        for (int percent = least; percent <= most; percent++)
        {
            double ratio = percent / 100.0, top = Math.Max(high, 1e-6) * ratio, scale = asymmetric ? (top - low) / 255 : top / 127;
            int zero = asymmetric ? Math.Clamp(FixedPoint.Round(-128 - (low / scale)), -128, 127) : 0;
            double error = h.SquaredError((-128 - zero) * scale, (127 - zero) * scale, scale);
            if (error < best.Error)
            {
                best = (scale, zero, error);
            }
        }

        return (best.Scale, best.Zero, 10 * Math.Log10(Math.Max(h.Energy, 1e-30) / Math.Max(best.Error, 1e-30)));
    }
}

/// <summary>How much of the values that calibration saw an 8-bit activation covers.</summary>
public enum ActivationRange
{
    /// <summary>The range of least expected squared error: clipping a few outliers often costs less than a coarser step for all.</summary>
    LeastSquares,

    /// <summary>All of them.</summary>
    Maximum,

    /// <summary>All but one in ten thousand at each end.</summary>
    Percentile,
}
