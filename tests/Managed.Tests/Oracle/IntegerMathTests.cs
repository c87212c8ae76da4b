using Xunit.Abstractions;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

public class IntegerMathTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0, 5, 0)]
    [InlineData(1 << 16, 1 << 15, 1)] // a half rounds up
    [InlineData(-(1 << 16), 1 << 15, 0)] // also below zero
    [InlineData(-(1 << 16) - 1, 1 << 15, -1)]
    [InlineData(int.MinValue, int.MaxValue, -1073741823)] // -2^30 + 1/2, rounded up
    [InlineData(int.MinValue, int.MinValue, 1 << 30)]
    public void Mulr_is_the_rounded_high_half(int a, int b, int expected) => Assert.Equal(expected, IntegerMath.Mulr(a, b));

    [Theory]
    [InlineData(3, 1, 2)]
    [InlineData(-3, 1, -1)]
    [InlineData(-5, 2, -1)]
    [InlineData(-6, 2, -1)]
    [InlineData(-7, 2, -2)]
    [InlineData(1L << 61, 62, 1)]
    public void Rshr_rounds_half_up(long x, int n, long expected) => Assert.Equal(expected, IntegerMath.Rshr(x, n));

    [Fact]
    public void Saturation_and_shifts_keep_their_limits()
    {
        Assert.Equal([-128, -128, 127, 127], new[] { -129, -128, 127, 128 }.Select(v => (int)IntegerMath.Sat8(v)));
        Assert.Equal([-32768, -32768, 32767, 32767], new[] { -32769, -32768, 32767, 32768 }.Select(v => (int)IntegerMath.Sat16(v)));
        Assert.Throws<OverflowException>(() => IntegerMath.ShiftLeft(1 << 20, 11));
        Assert.Equal(int.MinValue, IntegerMath.ShiftLeft(-(1 << 20), 11));
        Assert.Throws<OverflowException>(() => IntegerMath.Rshr(long.MaxValue, 3));
    }

    /// <summary>The chord of a sine over 1/1024 turn is off by at most (pi/512)^2 / 8 = 4.71e-6; table and result are rounded.</summary>
    [Fact]
    public void Sine_and_cosine_stay_within_the_chord_error()
    {
        double bound = Math.Pow(Math.PI / 512, 2) / 8 + Math.ScaleB(2, -31);
        for (long t = 0; t < 1L << 32; t += 40961)
        {
            double angle = Math.ScaleB(t, -32) * 2 * Math.PI;
            Assert.InRange(Math.ScaleB(IntegerMath.Sin31((uint)t), -31) - Math.Sin(angle), -bound, bound);
            Assert.InRange(Math.ScaleB(IntegerMath.Cos31((uint)t), -31) - Math.Cos(angle), -bound, bound);
        }
    }

    [Fact]
    public void Sine_is_odd_about_half_a_turn_and_meets_the_axes()
    {
        Assert.Equal([0, int.MaxValue, 0, -int.MaxValue], new[] { 0u, 1u << 30, 1u << 31, 3u << 30 }.Select(IntegerMath.Sin31));
        Assert.Equal([int.MaxValue, 0, -int.MaxValue, 0], new[] { 0u, 1u << 30, 1u << 31, 3u << 30 }.Select(IntegerMath.Cos31));
        for (uint t = 1; t < 1u << 31; t += 1234567)
            Assert.Equal(-IntegerMath.Sin31(t), IntegerMath.Sin31(unchecked(0u - t)));
    }

    /// <summary>The chord of 2^x over 1/256 is off by at most (ln 2 / 256)^2 / 8 = 9.2e-7 of the value.</summary>
    [Fact]
    public void Exp2m_stays_within_the_chord_error()
    {
        double bound = Math.Pow(Math.Log(2) / 256, 2) / 8 + Math.ScaleB(1, -30);
        for (uint f = 0; f < 1 << 20; f += 7)
            Assert.InRange(Math.ScaleB(IntegerMath.Exp2m(f), -30) / Math.Pow(2, Math.ScaleB(f, -20)) - 1, -bound, bound);
        Assert.Equal(1u << 30, IntegerMath.Exp2m(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => IntegerMath.Exp2m(1 << 20));
    }

    /// <summary>The chord of 1/x over h = 1/256 is off by at most h^2/4 of the value at the left end (second derivative 2/x^3).</summary>
    [Fact]
    public void Recip31_stays_within_the_chord_error()
    {
        double bound = 1 / 65536.0 / 4 + Math.ScaleB(1, -29);
        for (long d = 1L << 31; d < 1L << 32; d += 10007)
            Assert.InRange(IntegerMath.Recip31((uint)d) / (Math.ScaleB(1, 62) / d) - 1, -bound, bound);
        Assert.InRange(IntegerMath.Recip31(uint.MaxValue), 1u << 30, (1u << 30) + 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => IntegerMath.Recip31(int.MaxValue));
    }

    /// <summary>The chord of x^-1/2 over h = 1/64 is off by at most 3/32 h^2 of the value at the left end (second derivative 3/4 x^-5/2).</summary>
    [Fact]
    public void Rsqrt31_stays_within_the_chord_error()
    {
        double bound = 3 / 32.0 / 4096 + Math.ScaleB(1, -29);
        for (long m = 1L << 30; m < 1L << 32; m += 10007)
            Assert.InRange(IntegerMath.Rsqrt31((uint)m) / (Math.ScaleB(1, 46) / Math.Sqrt(m)) - 1, -bound, bound);
        Assert.Throws<ArgumentOutOfRangeException>(() => IntegerMath.Rsqrt31((1u << 30) - 1));
    }

    /// <summary>
    /// The chord of log2 x over h = 1/256 is below it by at most h^2 / (8 ln 2) = 2.75e-6 at x = 1. Besides, both entries are rounded (1/2), the
    /// interpolation is floored (1) and m drops less than one of its 2^31 or more units (2^-31 / ln 2 in the logarithm).
    /// </summary>
    [Fact]
    public void Log26_stays_within_the_chord_error()
    {
        double unit = Math.ScaleB(1, -26), low = -1 / 65536.0 / 8 / Math.Log(2) - 1.5 * unit - Math.ScaleB(1, -31) / Math.Log(2), high = 0.5 * unit;
        double worst = 0;
        foreach (ulong v in Sweep(61))
        {
            double error = Math.ScaleB(IntegerMath.Log26(v, 30), -26) - (Math.Log2(v) - 30);
            worst = Math.Max(worst, Math.Abs(error));
            Assert.InRange(error, low - 1e-13, high + 1e-13); // the doubles: below 2^6, good to 2^-47
        }

        output.WriteLine($"log26: largest error {worst:E3}");
    }

    [Fact]
    public void Log26_of_powers_of_two_is_exact_and_a_logarithm_that_does_not_fit_is_refused()
    {
        for (int e = 3; e < 64; e++)
            Assert.Equal((e - 33) * (1 << 26), IntegerMath.Log26(1UL << e, 33));
        Assert.Throws<OverflowException>(() => IntegerMath.Log26(1UL << 63, 32));
        Assert.Throws<OverflowException>(() => IntegerMath.Log26(1, 31));
        Assert.Throws<ArgumentOutOfRangeException>(() => IntegerMath.Log26(0, 0));
        Assert.InRange(IntegerMath.Log26(ulong.MaxValue, 33), 31 * (1 << 26) - 2, 31 * (1 << 26) - 1);
    }

    /// <summary>
    /// The reciprocal square root is above by at most its chord error (3/32 / 64^2), rounded twice (2^-31 each) and floored (2^-30); m drops less than one of
    /// its 2^30 or more units (2^-31 of the root). The result is rounded.
    /// </summary>
    [Fact]
    public void Sqrt2_stays_within_the_chord_error()
    {
        double chord = 3 / 32.0 / 4096, small = Math.ScaleB(1, -29), worst = 0;
        foreach (ulong v in Sweep(60))
        {
            double exact = 4 * Math.Sqrt(v), actual = IntegerMath.Sqrt2(v);
            Assert.InRange(actual, exact * (1 - small) - 0.5, exact * (1 + chord + small) + 0.5);
            worst = Math.Max(worst, (Math.Abs(actual - exact) - 0.5) / exact);
        }

        output.WriteLine($"sqrt2: largest relative error beyond the rounding {worst:E3}");
        Assert.Equal([0u, 4u, 8u, 16u, 4u << 20], new ulong[] { 0, 1, 4, 16, 1ul << 40 }.Select(IntegerMath.Sqrt2));
        Assert.Equal(uint.MaxValue, IntegerMath.Sqrt2((1UL << 60) - (1UL << 30) - 1));
        Assert.Throws<OverflowException>(() => IntegerMath.Sqrt2((1UL << 60) - (1UL << 30))); // 2^32 - 2, which the chord error and the rounding carry over
    }

    /// <summary>
    /// (x Phi(-x))'' = (x^2 - 2) phi(x) is at most 2 phi(0) = 0.798: the chord over 1/32 is off by at most 9.75e-5. The table is
    /// rounded to 2^-16, the result to 2^-(f+1). The expected value integrates the density by Simpson's rule.
    /// </summary>
    [Theory]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(12)]
    public void Gelu_stays_within_the_chord_error(int f)
    {
        double bound = 2 / Math.Sqrt(2 * Math.PI) / 8192 + Math.ScaleB(1, -16) + Math.ScaleB(1, -f - 1), worst = 0;
        for (int h = -32768; h <= 32767; h += 37)
        {
            double x = Math.ScaleB(h, -f);
            worst = Math.Max(worst, Math.Abs(Math.ScaleB(IntegerMath.Gelu(h, f), -f) - x * NormalDistribution(x)));
        }

        Assert.InRange(worst, 0, bound);
        Assert.Equal(0, IntegerMath.Gelu(0, f));
        Assert.Equal(32767, IntegerMath.Gelu(32767, 5));
        Assert.Equal(0, IntegerMath.Gelu(-32768, 5));
    }

    [Fact]
    public void Gelu_at_one_is_known()
    {
        // 4096 * 0.8413447 = 3446.15; d = round(5199 * 128 / 1024) = round(649.875) = 650.
        Assert.Equal(3446, IntegerMath.Gelu(4096, 12));
        Assert.Equal(-650, IntegerMath.Gelu(-4096, 12));
        Assert.Throws<ArgumentOutOfRangeException>(() => IntegerMath.Gelu(0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => IntegerMath.Gelu(0, 13));
    }

    // Small values, then some 2000 to an octave below 2^bits, with all low bits in use.
    private static IEnumerable<ulong> Sweep(int bits)
    {
        for (ulong v = 1; v < 70000; v++)
            yield return v;
        for (double log = 16; log < bits; log += 0.0005)
            yield return (ulong)Math.Pow(2, log) | 1;
        for (int e = 17; e < bits; e++)
            yield return (1UL << e) - 1;
    }

    private static double NormalDistribution(double x)
    {
        const int Steps = 400;
        double end = Math.Min(Math.Abs(x), 9), step = end / Steps, sum = 0;
        for (int i = 0; i <= Steps; i++)
            sum += Math.Exp(-0.5 * i * step * i * step) * (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2);
        return 0.5 + Math.Sign(x) * sum * step / 3 / Math.Sqrt(2 * Math.PI);
    }
}
