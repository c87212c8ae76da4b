namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>The standard normal distribution function, for GELU(x) = x * Phi(x) (Hendrycks and Gimpel 2016, the erf form).</summary>
public static class NormalDistribution
{
    private const double Limit = 9.0;
    private const int StepsPerUnit = 128;
    private static readonly double[] Table = MakeTable();

    // Slope at the same points, in units of one step.
    private static readonly double[] Slopes = MakeSlopes();

    /// <summary>Phi(x) = (1 + erf(x / sqrt 2)) / 2, absolute error below 1e-11.</summary>
    public static double Cdf(double x)
    {
        if (Math.Abs(x) >= Limit)
        {
            return x > 0 ? 1 : x < 0 ? 0 : double.NaN;
        }

        // Cubic Hermite interpolation: the slope of Phi is the density, so both ends of each step are exact in value and slope.
        double position = (x + Limit) * StepsPerUnit;
        if (!(position >= 0))
        {
            return double.NaN;
        }

        int i = Math.Min((int)position, Table.Length - 2);
        double t = position - i, d0 = Slopes[i], d1 = Slopes[i + 1], p0 = Table[i], p1 = Table[i + 1];
        return p0 + (t * (d0 + (t * ((3 * (p1 - p0)) - (2 * d0) - d1 + (t * ((2 * (p0 - p1)) + d0 + d1))))));
    }

    /// <summary>The density exp(-x^2/2) / sqrt(2 pi).</summary>
    public static double Density(double x) => Math.Exp(-0.5 * x * x) * 0.39894228040143267794;

    // Phi(x) = 1/2 + density(x) * (x + x^3/3 + x^5/(3*5) + ...): all terms positive, so nothing cancels (Abramowitz and Stegun 26.2.11).
    private static double Series(double x)
    {
        double term = x, sum = x;
        for (int n = 3; term > sum * 1e-18; n += 2)
        {
            term *= x * x / n;
            sum += term;
        }

        return 0.5 + (Density(x) * sum);
    }

    private static double[] MakeSlopes()
    {
        var slopes = new double[Table.Length];
        for (int i = 0; i < slopes.Length; i++)
        {
            slopes[i] = Density(((double)i / StepsPerUnit) - Limit) / StepsPerUnit;
        }

        return slopes;
    }

    private static double[] MakeTable()
    {
        int half = (int)(Limit * StepsPerUnit);
        var table = new double[(2 * half) + 1];
        for (int i = 0; i <= half; i++)
        {
            double p = i == 0 ? 0.5 : Series((double)i / StepsPerUnit);
            table[half + i] = p;
            table[half - i] = 1 - p;
        }

        return table;
    }
}
