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

    /// <summary>16 bits, symmetric, with room above the largest value seen.</summary>
    public static ActivationStep Wide(double largest) => new(ElementType.Int16, Math.Max(largest, 1e-6) * Headroom / 32767, 0, double.NaN);

    /// <summary>8 bits where their measured ratio reaches <paramref name="threshold"/> dB, else 16.</summary>
    /// <param name="histogram">Values seen.</param>
    /// <param name="threshold">dB.</param>
    /// <param name="asymmetric">Whether the values lie mostly on one side of zero (GELU): the zero point then uses the whole range.</param>
    public static ActivationStep Choose(ValueHistogram histogram, double threshold, bool asymmetric)
    {
        (double scale, int zero, double sqnr) = asymmetric ? BestAsymmetric(histogram) : BestSymmetric(histogram);
        return sqnr >= threshold ? new(ElementType.Int8, scale, zero, sqnr) : Wide(histogram.MaximumMagnitude) with { Int8Sqnr = sqnr };
    }

    // The step of least squared error: clipping a few outliers often costs less than a coarser step for all.
    private static (double Scale, int Zero, double Sqnr) BestSymmetric(ValueHistogram h) =>
        Best(h, ratio =>
        {
            double scale = Math.Max(h.MaximumMagnitude, 1e-6) * ratio / 127;
            return (scale, 0);
        });

    private static (double Scale, int Zero, double Sqnr) BestAsymmetric(ValueHistogram h) =>
        Best(h, ratio =>
        {
            double low = Math.Min(h.Minimum, 0), high = Math.Max(h.Maximum, 1e-6) * ratio;
            double scale = (high - low) / 255;
            return (scale, Math.Clamp(FixedPoint.Round(-128 - (low / scale)), -128, 127));
        });

    private static (double Scale, int Zero, double Sqnr) Best(ValueHistogram h, Func<double, (double Scale, int Zero)> candidate)
    {
        (double Scale, int Zero, double Error) best = (0, 0, double.PositiveInfinity);
        for (int percent = 30; percent <= 110; percent++)
        {
            (double scale, int zero) = candidate(percent / 100.0);
            double error = h.SquaredError((-128 - zero) * scale, (127 - zero) * scale, scale);
            if (error < best.Error)
            {
                best = (scale, zero, error);
            }
        }

        return (best.Scale, best.Zero, 10 * Math.Log10(Math.Max(h.Energy, 1e-30) / Math.Max(best.Error, 1e-30)));
    }
}
