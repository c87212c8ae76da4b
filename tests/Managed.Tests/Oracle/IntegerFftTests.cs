using Xunit.Abstractions;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

public class IntegerFftTests(ITestOutputHelper output)
{
    /// <summary>
    /// A stage rounds each component of A/2 and of C w/2 by at most one half, so it adds at most the modulus of (1, 1); the twiddles are table
    /// entries, off by at most 2^-31, which adds at most a half more at full scale; averaging does not enlarge what earlier stages left.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(9)]
    [InlineData(10)]
    public void The_transform_is_the_discrete_fourier_transform(int bits)
    {
        int n = 1 << bits;
        var random = new Random(bits);
        int[] re = new int[n], im = new int[n];
        for (int i = 0; i < n; i++)
        {
            // Modulus up to 2^30.5, the largest that the head brings.
            re[i] = random.Next(-(1 << 30), 1 << 30);
            im[i] = random.Next(-(1 << 30), 1 << 30);
        }

        (double[] expectedRe, double[] expectedIm) = Direct(re, im);
        IntegerFft.Transform(re, im);
        double worst = Enumerable.Range(0, n).Max(k => Math.Sqrt(Math.Pow(re[k] - expectedRe[k], 2) + Math.Pow(im[k] - expectedIm[k], 2)));
        output.WriteLine($"{n} points: largest error {worst:F2}");
        Assert.InRange(worst, 0, bits * (Math.Sqrt(2) + 0.5));
    }

    [Fact]
    public void An_impulse_gives_a_flat_spectrum_and_a_constant_gives_an_impulse()
    {
        int[] re = new int[64], im = new int[64];
        re[0] = 1 << 20;
        IntegerFft.Transform(re, im);
        Assert.All(re, v => Assert.Equal(1 << 14, v));
        Assert.All(im, v => Assert.Equal(0, v));

        IntegerFft.Transform(re, im);
        Assert.Equal([1 << 14, .. new int[63]], re);
        Assert.All(im, v => Assert.Equal(0, v));
    }

    [Fact]
    public void A_turning_phasor_lands_in_its_bin()
    {
        // exp(+2 pi i 5 n / 32): the forward transform has a negative exponent, so bin 5.
        int[] re = new int[32], im = new int[32];
        for (int n = 0; n < 32; n++)
        {
            re[n] = (int)Math.Round(1e9 * Math.Cos(2 * Math.PI * 5 * n / 32));
            im[n] = (int)Math.Round(1e9 * Math.Sin(2 * Math.PI * 5 * n / 32));
        }

        IntegerFft.Transform(re, im);
        Assert.InRange(re[5], 1_000_000_000 - 10, 1_000_000_000 + 10);
        for (int k = 0; k < 32; k++)
            Assert.True(k == 5 || (Math.Abs(re[k]) <= 10 && Math.Abs(im[k]) <= 10));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(48)]
    [InlineData(2048)]
    public void A_size_that_is_not_defined_is_refused(int n) => Assert.Throws<ArgumentException>(() => IntegerFft.Transform(new int[n], new int[n]));

    private static (double[] Re, double[] Im) Direct(int[] re, int[] im)
    {
        int n = re.Length;
        double[] outRe = new double[n], outIm = new double[n];
        for (int k = 0; k < n; k++)
        {
            for (int i = 0; i < n; i++)
            {
                (double sin, double cos) = Math.SinCos(-2 * Math.PI * (k * i % n) / n);
                outRe[k] += (re[i] * cos - im[i] * sin) / n;
                outIm[k] += (re[i] * sin + im[i] * cos) / n;
            }
        }

        return (outRe, outIm);
    }
}
