using System.Numerics;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>The tables of native/ARITHMETIC.md section 2, computed from their definitions when first used.</summary>
public static class IntegerTables
{
    /// <summary>sine[0..257], Q31.</summary>
    public static readonly int[] Sine = [.. Build(257, SineReal).Select(v => (int)Math.Min(v, int.MaxValue)), int.MaxValue];

    /// <summary>exp2[0..256], Q30.</summary>
    public static readonly uint[] Exp2 = [.. Build(257, Exp2Real).Select(v => checked((uint)v))];

    /// <summary>recip[0..256].</summary>
    public static readonly uint[] Reciprocal = [.. Build(257, ReciprocalReal).Select(v => checked((uint)v))];

    /// <summary>rsqrt[0..192].</summary>
    public static readonly uint[] ReciprocalSquareRoot = [.. Build(193, ReciprocalSquareRootReal).Select(v => checked((uint)v))];

    /// <summary>gelu[0..256], Q15: x Phi(-x).</summary>
    public static readonly ushort[] Gelu = [.. Build(257, GeluReal).Select(v => checked((ushort)v))];

    /// <summary>pulse[0..255], Q31: 1 / sqrt(2 n).</summary>
    public static readonly int[] Pulse = [.. Build(256, PulseReal).Select(v => checked((int)v))];

    /// <summary>log2[0..256], Q26: log2(1 + i/256).</summary>
    public static readonly int[] Log2 = [.. Build(257, Log2Real).Select(v => checked((int)v))];

    /// <summary>2^31 sin(pi/2 * i/256).</summary>
    internal static BigInteger SineReal(int i) => HighPrecision.Sine(HighPrecision.Pi * i / 512) << 31;

    /// <summary>2^30 * 2^(i/256): the eighth iterated square root of 2^i.</summary>
    internal static BigInteger Exp2Real(int i)
    {
        BigInteger root = HighPrecision.One << i;
        for (int k = 0; k < 8; k++)
            root = HighPrecision.SquareRoot(root);
        return root << 30;
    }

    /// <summary>2^62 / ((256+i) 2^23).</summary>
    internal static BigInteger ReciprocalReal(int i) => HighPrecision.Ratio(BigInteger.One << 62, new BigInteger(256 + i) << 23);

    /// <summary>2^46 / sqrt((64+i) 2^24).</summary>
    internal static BigInteger ReciprocalSquareRootReal(int i) => HighPrecision.SquareRootOfRatio(BigInteger.One << 92, new BigInteger(64 + i) << 24);

    /// <summary>2^15 x Phi(-x), x = i/32.</summary>
    internal static BigInteger GeluReal(int i)
    {
        BigInteger x = HighPrecision.Ratio(i, 32);
        return HighPrecision.Multiply(x, HighPrecision.NormalTail(x)) << 15;
    }

    /// <summary>2^31 / sqrt(2 n), 0 for n = 0.</summary>
    internal static BigInteger PulseReal(int n) => n == 0 ? BigInteger.Zero : HighPrecision.SquareRootOfRatio(BigInteger.One << 62, 2 * n);

    /// <summary>2^26 log2(1 + i/256).</summary>
    internal static BigInteger Log2Real(int i) => HighPrecision.BinaryLogarithm(256 + i, 256) << 26;

    private static IEnumerable<long> Build(int count, Func<int, BigInteger> real) => Enumerable.Range(0, count).Select(i => HighPrecision.Round(real(i)));
}
