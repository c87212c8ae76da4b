using System.Numerics;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>
/// Real numbers as multiples of 2^-256, from which the tables are rounded. Every operation truncates, so that a result of a few
/// hundred operations is good to about 2^-240: far more than the 60 bits that native/ARITHMETIC.md asks for.
/// </summary>
internal static class HighPrecision
{
    /// <summary>Fraction bits.</summary>
    public const int Bits = 256;

    /// <summary>The number 1.</summary>
    public static readonly BigInteger One = BigInteger.One << Bits;

    /// <summary>Pi, by Machin's formula.</summary>
    public static readonly BigInteger Pi = 16 * ArcTangentOfReciprocal(5) - 4 * ArcTangentOfReciprocal(239);

    /// <summary>The product of two numbers.</summary>
    public static BigInteger Multiply(BigInteger a, BigInteger b) => (a * b) >> Bits;

    /// <summary>The quotient of two integers.</summary>
    public static BigInteger Ratio(BigInteger numerator, BigInteger denominator) => (numerator << Bits) / denominator;

    /// <summary>The square root of a non-negative number.</summary>
    public static BigInteger SquareRoot(BigInteger x) => FloorSquareRoot(x << Bits);

    /// <summary>The square root of the quotient of two positive integers.</summary>
    public static BigInteger SquareRootOfRatio(BigInteger numerator, BigInteger denominator) => FloorSquareRoot((numerator << (2 * Bits)) / denominator);

    /// <summary>The sine, by its power series; for angles of a few radians.</summary>
    public static BigInteger Sine(BigInteger x)
    {
        BigInteger square = Multiply(x, x), term = x, sum = x;
        for (int k = 1; !term.IsZero; k += 2)
        {
            term = -(Multiply(term, square) / ((k + 1) * (k + 2)));
            sum += term;
        }

        return sum;
    }

    /// <summary>Phi(-x): the upper tail of the standard normal distribution, by the power series of erf; for 0 &lt;= x &lt;= 8.</summary>
    public static BigInteger NormalTail(BigInteger x)
    {
        BigInteger half = Multiply(x, x) / 2, term = x, sum = x;
        for (int n = 1; !term.IsZero; n++)
        {
            term = -(Multiply(term, half) / n);
            sum += term / (2 * n + 1);
        }

        return One / 2 - (sum << Bits) / SquareRoot(2 * Pi);
    }

    /// <summary>The logarithm to base 2 of n/d, 1 &lt;= n/d &lt;= 2: ln x = 2 artanh((x - 1) / (x + 1)).</summary>
    public static BigInteger BinaryLogarithm(int numerator, int denominator) =>
        (HyperbolicArcTangent(numerator - denominator, numerator + denominator) << Bits) / HyperbolicArcTangent(1, 3);

    /// <summary>x / (1 + e^x) for x = n/32: e^(1/32) by its power series, raised to n.</summary>
    public static BigInteger SiluTail(int n)
    {
        BigInteger step = One / 32, root = One, term = One;
        for (int k = 1; !term.IsZero; k++)
        {
            term = Multiply(term, step) / k;
            root += term;
        }

        BigInteger power = One;
        for (int k = 0; k < n; k++)
            power = Multiply(power, root);
        return (n * step << Bits) / (One + power);
    }

    /// <summary>The nearest integer, ties away from zero.</summary>
    public static long Round(BigInteger x) => (long)(x.Sign * ((BigInteger.Abs(x) + One / 2) >> Bits));

    /// <summary>Distance of a number from the nearest tie (an integer and a half): 0 to 0.5.</summary>
    public static double DistanceFromTie(BigInteger x)
    {
        BigInteger fraction = x - ((x >> Bits) << Bits);
        return (double)BigInteger.Abs(fraction - One / 2) / (double)One;
    }

    // Newton's iteration from above: decreases until it reaches the floor.
    private static BigInteger FloorSquareRoot(BigInteger x)
    {
        if (x.IsZero)
            return x;

        BigInteger root = BigInteger.One << (int)((x.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger next = (root + x / root) >> 1;
            if (next >= root)
                return root;
            root = next;
        }
    }

    private static BigInteger ArcTangentOfReciprocal(int n)
    {
        BigInteger power = One / n, sum = power;
        for (int k = 3, sign = -1; !power.IsZero; k += 2, sign = -sign)
        {
            power /= n * n;
            sum += sign * power / k;
        }

        return sum;
    }

    // Of n/d, for 0 <= n/d <= 1/3.
    private static BigInteger HyperbolicArcTangent(int numerator, int denominator)
    {
        BigInteger t = Ratio(numerator, denominator), square = Multiply(t, t), power = t, sum = t;
        for (int k = 3; !power.IsZero; k += 2)
        {
            power = Multiply(power, square);
            sum += power / k;
        }

        return sum;
    }
}
