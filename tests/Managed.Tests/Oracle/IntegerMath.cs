using System.Numerics;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>The scalar functions of native/ARITHMETIC.md sections 1 and 2. Arithmetic that the text says fits is checked: it throws where it does not.</summary>
public static class IntegerMath
{
    /// <summary>Saturation to 8 bits.</summary>
    public static sbyte Sat8(long x) => (sbyte)Math.Clamp(x, sbyte.MinValue, sbyte.MaxValue);

    /// <summary>Saturation to 16 bits.</summary>
    public static short Sat16(long x) => (short)Math.Clamp(x, short.MinValue, short.MaxValue);

    /// <summary>The high half of a product, rounded half up: (a b + 2^31) >> 32.</summary>
    public static int Mulr(int a, int b) => checked((int)(((long)a * b + (1L << 31)) >> 32));

    /// <summary>Shift right by n, 1 to 62, rounding half up.</summary>
    public static long Rshr(long x, int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, 62);
        return checked(x + (1L << (n - 1))) >> n;
    }

    /// <summary>x 2^n as a 32-bit value.</summary>
    public static int ShiftLeft(int x, int n) => checked((int)((long)x << n));

    /// <summary>The sine of t turns (2^32 = one turn), Q31.</summary>
    public static int Sin31(uint t)
    {
        uint quadrant = t >> 30, x = t & 0x3fffffff;
        if (quadrant % 2 == 1)
            x = 0x40000000 - x;

        int i = (int)(x >> 22), r = (int)(x & 0x3fffff);
        long step = (long)IntegerTables.Sine[i + 1] - IntegerTables.Sine[i];
        int s = checked((int)(IntegerTables.Sine[i] + ((step * r + (1 << 21)) >> 22)));
        return quadrant >= 2 ? -s : s;
    }

    /// <summary>The cosine of t turns, Q31.</summary>
    public static int Cos31(uint t) => Sin31(unchecked(t + (1u << 30)));

    /// <summary>2^(f / 2^20) for f in 0..2^20-1, Q30.</summary>
    public static uint Exp2m(uint f)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(f, 0xfffffu);
        int i = (int)(f >> 12);
        uint r = f & 0xfff;
        ulong step = IntegerTables.Exp2[i + 1] - IntegerTables.Exp2[i];
        return checked((uint)(IntegerTables.Exp2[i] + ((step * r + (1 << 11)) >> 12)));
    }

    /// <summary>About 2^62 / d for d in [2^31, 2^32).</summary>
    public static uint Recip31(uint d)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(d, 1u << 31);
        int i = (int)(d >> 23) - 256;
        uint r = d & 0x7fffff;
        ulong step = checked(IntegerTables.Reciprocal[i] - IntegerTables.Reciprocal[i + 1]);
        return checked((uint)(IntegerTables.Reciprocal[i] - ((step * r) >> 23)));
    }

    /// <summary>About 2^46 / sqrt(m) for m in [2^30, 2^32).</summary>
    public static uint Rsqrt31(uint m)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(m, 1u << 30);
        int i = (int)(m >> 24) - 64;
        uint r = m & 0xffffff;
        ulong step = checked(IntegerTables.ReciprocalSquareRoot[i] - IntegerTables.ReciprocalSquareRoot[i + 1]);
        return checked((uint)(IntegerTables.ReciprocalSquareRoot[i] - ((step * r) >> 24)));
    }

    /// <summary>log2(v / 2^b) in Q26, for v of at least 1 between 2^(b-30) and 2^(b+31).</summary>
    public static int Log26(ulong v, int b)
    {
        int z = Clz64(v), exponent = 63 - z - b;
        if (Math.Abs(exponent) > 30)
            throw new OverflowException($"The logarithm of {v} / 2^{b} leaves 32 bits.");

        uint m = (uint)((v << z) >> 32);
        int i = (int)(m >> 23) - 256;
        uint r = m & 0x7fffff;
        long step = (long)IntegerTables.Log2[i + 1] - IntegerTables.Log2[i];
        return checked(exponent * (1 << 26) + IntegerTables.Log2[i] + (int)((step * r) >> 23));
    }

    /// <summary>About 4 sqrt(v), for v below 2^60.</summary>
    public static uint Sqrt2(ulong v)
    {
        if (v == 0)
            return 0;

        int z = Clz64(v) & ~1;
        uint m = (uint)((v << z) >> 32);
        return checked((uint)(((ulong)m * Rsqrt31(m) + (1UL << (27 + z / 2))) >> (28 + z / 2)));
    }

    /// <summary>GELU of h in Qf, 5 &lt;= f &lt;= 12; the result in Qf.</summary>
    public static int Gelu(int h, int f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(f, 5);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(f, 12);
        int a = Math.Abs(h), i = a >> (f - 5), d = 0;
        if (i < 256)
        {
            int r = a & ((1 << (f - 5)) - 1);
            int step = IntegerTables.Gelu[i + 1] - IntegerTables.Gelu[i];
            d = ((IntegerTables.Gelu[i] << (f - 5)) + step * r + (1 << 9)) >> 10;
        }

        return Math.Max(h, 0) - d;
    }

    /// <summary>Leading zero bits of a non-zero value.</summary>
    public static int Clz32(uint x) => x == 0 ? throw new ArgumentOutOfRangeException(nameof(x)) : BitOperations.LeadingZeroCount(x);

    /// <summary>Leading zero bits of a non-zero value.</summary>
    public static int Clz64(ulong x) => x == 0 ? throw new ArgumentOutOfRangeException(nameof(x)) : BitOperations.LeadingZeroCount(x);
}
