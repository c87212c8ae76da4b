namespace Qwen3Tokenizer.Edge.Compiler.Lowering;

/// <summary>Real factors as the integers that native/ARITHMETIC.md multiplies with.</summary>
public static class FixedPoint
{
    /// <summary>Multipliers of mulr stay below this.</summary>
    public const int MultiplierLimit = 1 << 30;

    private const int MaxLeftShift = 15;

    /// <summary>round(x), ties away from zero, as a checked int32.</summary>
    public static int Round(double x) => checked((int)Math.Round(x, MidpointRounding.AwayFromZero));

    /// <summary>Multipliers M and a common left shift ls with mulr(acc &lt;&lt; ls, M[o]) = acc * factor[o], the shift as small as the limit of M allows.</summary>
    /// <exception cref="BuildException">A factor is too large for any shift.</exception>
    public static (int[] Multipliers, int LeftShift) Requantizer(string name, ReadOnlySpan<double> factors)
    {
        double largest = 0;
        foreach (double f in factors)
        {
            if (!(f >= 0) || double.IsInfinity(f))
            {
                throw new BuildException(FormattableString.Invariant($"{name}: scale factor {f} cannot be expressed in integers."));
            }

            largest = Math.Max(largest, f);
        }

        int shift = 0;
        while (Math.Round(largest * Math.Pow(2, 32 - shift)) >= MultiplierLimit)
        {
            if (++shift > MaxLeftShift)
            {
                throw new BuildException(FormattableString.Invariant($"{name}: scale factor {largest} exceeds what a left shift of {MaxLeftShift} can express."));
            }
        }

        var multipliers = new int[factors.Length];
        for (int i = 0; i < multipliers.Length; i++)
        {
            multipliers[i] = Round(factors[i] * Math.Pow(2, 32 - shift));
        }

        return (multipliers, shift);
    }

    /// <summary>A gain G of 15 bits and a shift r, as fine as they allow, with x * G / 2^r = x * factor.</summary>
    /// <param name="name">For error messages.</param>
    /// <param name="factor">Not negative.</param>
    /// <param name="least">Smallest shift allowed.</param>
    /// <param name="most">Largest.</param>
    /// <exception cref="BuildException">The factor needs a smaller shift than allowed, or is no number.</exception>
    public static (int Gain, int Shift) Gain(string name, double factor, int least, int most)
    {
        if (factor >= 0 && !double.IsInfinity(factor))
        {
            for (int shift = most; shift >= least; shift--)
            {
                double gain = Math.Round(factor * Math.Pow(2, shift), MidpointRounding.AwayFromZero);
                if (gain < 32768)
                {
                    return ((int)gain, shift);
                }
            }
        }

        throw new BuildException(FormattableString.Invariant($"{name}: scale factor {factor} cannot be expressed as a gain of 15 bits and a shift of {least} to {most}."));
    }

    /// <summary>A positive, finite factor as mantissa * 2^-exponent with the mantissa in [2^30, 2^31).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not positive and finite.</exception>
    public static (uint Mantissa, int Exponent) Normalize(double factor)
    {
        if (!(factor > 0) || double.IsInfinity(factor))
        {
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "The factor must be positive and finite.");
        }

        int exponent = 30 - (int)Math.Floor(Math.Log2(factor));
        double mantissa = Math.Round(factor * Math.Pow(2, exponent));
        if (mantissa >= 2147483648.0)
        {
            (mantissa, exponent) = (Math.Round(mantissa / 2), exponent - 1);
        }

        return ((uint)mantissa, exponent);
    }
}
