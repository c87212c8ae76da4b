namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>Analysis windows, computed in double precision.</summary>
public static class Windows
{
    /// <summary>Periodic Hann window, <c>0.5 - 0.5 cos(2 pi i / n)</c>: the one for short-time Fourier transforms.</summary>
    /// <param name="length">Number of points, at least 1.</param>
    public static double[] PeriodicHann(int length) => Fill(length, i => 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / length)));

    /// <summary>Symmetric Hann window, <c>0.5 - 0.5 cos(2 pi i / (n - 1))</c>, zero at both ends; a single point is 1.</summary>
    /// <param name="length">Number of points, at least 1.</param>
    public static double[] SymmetricHann(int length) =>
        length == 1 ? [1.0] : Fill(length, i => 0.5 - (0.5 * Math.Cos(2 * Math.PI * i / (length - 1))));

    /// <summary>Square root of the periodic Hann window; its square overlap-adds to 1 at half the length.</summary>
    /// <param name="length">Number of points, at least 1.</param>
    public static double[] SqrtHann(int length) => Fill(length, i => Math.Sin(Math.PI * i / length));

    /// <summary>Kaiser window, <c>I0(beta sqrt(1 - t^2)) / I0(beta)</c> with <c>t</c> from -1 to 1 (Kaiser 1974).</summary>
    /// <param name="length">Number of points, at least 1; a single point is 1.</param>
    /// <param name="beta">Shape, at least 0: larger means a wider main lobe and lower side lobes.</param>
    public static double[] Kaiser(int length, double beta)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(beta);
        double peak = BesselI0(beta);
        return length == 1 ? [1.0] : Fill(length, i => BesselI0(beta * Math.Sqrt(4.0 * i * (length - 1 - i)) / (length - 1)) / peak);
    }

    /// <summary>Modified Bessel function of the first kind and order 0, by its power series (all terms positive, so no cancellation).</summary>
    internal static double BesselI0(double x)
    {
        double quarter = x * x / 4, term = 1, sum = 1;
        for (int k = 1; term > sum * 1e-17; k++)
        {
            term *= quarter / ((double)k * k);
            sum += term;
        }

        return sum;
    }

    private static double[] Fill(int length, Func<int, double> value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        var window = new double[length];
        for (int i = 0; i < length; i++)
            window[i] = value(i);

        return window;
    }
}
