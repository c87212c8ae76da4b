using Qwen3Tokenizer.Edge.Audio;

namespace Qwen3Tokenizer.Edge.Tests.Audio;

public class LaneFftTests
{
    // The windows of training, and lengths of every mixture of radices.
    public static TheoryData<int> Lengths => [4, 6, 8, 10, 12, 16, 18, 20, 24, 30, 50, 60, 90, 128, 200, 250, 400, 512, 540, 1024, 2048];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Forward_is_the_double_transform_of_every_lane(int n)
    {
        var fft = new LaneFft(n);
        float[] x = Noise(fft.SignalLength, 1), spectrum = new float[fft.SpectrumLength], kept = [.. x];
        fft.Forward(x, spectrum, new float[fft.SignalLength]);
        Assert.Equal(kept, x);
        for (int lane = 0; lane < 8; lane++)
        {
            (double[] re, double[] im) = Reference(Lane(x, lane, n));
            for (int k = 0; k < fft.Bins; k++)
            {
                Assert.Equal(re[k], spectrum[(16 * k) + lane], 1e-6 * Math.Sqrt(n));
                Assert.Equal(im[k], spectrum[(16 * k) + 8 + lane], 1e-6 * Math.Sqrt(n));
            }

            Assert.Equal(0, spectrum[8 + lane]);
            Assert.Equal(0, spectrum[(16 * (n / 2)) + 8 + lane]);
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Inverse_is_the_double_inverse_of_every_lane_and_drops_what_has_no_meaning(int n)
    {
        var fft = new LaneFft(n);
        float[] spectrum = Noise(fft.SpectrumLength, 2), x = new float[fft.SignalLength];
        fft.Inverse(spectrum, x, new float[fft.SignalLength]);
        var reference = new RealFft(n);
        for (int lane = 0; lane < 8; lane++)
        {
            (double[] re, double[] im) = Bins(spectrum, lane, fft.Bins);
            var expected = new double[n];
            reference.Inverse(re, im, expected);
            for (int i = 0; i < n; i++)
                Assert.Equal(expected[i], x[(8 * i) + lane], 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Adjoints_keep_the_inner_product(int n)
    {
        // <F x, G> = <x, F* G> for any x and G, in the sums over all bins that lie in memory; likewise for the inverse.
        var fft = new LaneFft(n);
        float[] x = Noise(fft.SignalLength, 3), g = Noise(fft.SpectrumLength, 4), work = new float[fft.SignalLength];
        float[] spectrum = new float[fft.SpectrumLength], signal = new float[fft.SignalLength];
        fft.Forward(x, spectrum, work);
        fft.ForwardAdjoint(g, signal, work);
        Assert.Equal(Dot(spectrum, g), Dot(x, signal), 1e-5 * n);
        fft.Inverse(g, signal, work);
        fft.InverseAdjoint(x, spectrum, work);
        Assert.Equal(Dot(signal, x), Dot(g, spectrum), 1e-5);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(30)]
    public void Adjoints_are_the_transposed_matrices(int n)
    {
        // Column by column: the gradient of one number is the row of the transform that made it.
        var fft = new LaneFft(n);
        var work = new float[fft.SignalLength];
        for (int value = 0; value < 2 * fft.Bins; value++)
        {
            float[] g = new float[fft.SpectrumLength], signal = new float[fft.SignalLength];
            g[(8 * value) + 3] = 1;
            fft.ForwardAdjoint(g, signal, work);
            for (int i = 0; i < n; i++)
            {
                double angle = 2 * Math.PI * i * (value / 2) / n;
                Assert.Equal(value % 2 == 0 ? Math.Cos(angle) : -Math.Sin(angle), signal[(8 * i) + 3], 1e-6);
                Assert.Equal(0, signal[(8 * i) + 4]);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(15)]
    [InlineData(14)]
    [InlineData(2 << 20)]
    public void Other_lengths_are_refused(int n) => Assert.Throws<ArgumentOutOfRangeException>(() => new LaneFft(n));

    [Fact]
    public void Short_spans_are_refused()
    {
        var fft = new LaneFft(16);
        Assert.Throws<ArgumentException>(() => fft.Forward(new float[127], new float[144], new float[128]));
        Assert.Throws<ArgumentException>(() => fft.Forward(new float[128], new float[143], new float[128]));
        Assert.Throws<ArgumentException>(() => fft.Inverse(new float[144], new float[128], new float[127]));
    }

    [Theory]
    [InlineData(8, 37, 3)]
    [InlineData(8, 64, 40)]
    [InlineData(5, 21, 21)]
    [InlineData(1, 9, 0)]
    public void Rows_are_gathered_into_lanes(int rows, int count, int stride)
    {
        float[] x = Noise((stride * (rows - 1)) + count, 5), lanes = Noise(8 * count, 6);
        LaneFrames.Gather(x, stride, rows, count, lanes);
        for (int i = 0; i < 8 * count; i++)
            Assert.Equal(i % 8 < rows ? x[(i % 8 * stride) + (i / 8)] : 0, lanes[i]);
    }

    [Theory]
    [InlineData(8, 37, 41)]
    [InlineData(8, 64, 64)]
    [InlineData(3, 21, 30)]
    [InlineData(1, 9, 0)]
    public void Lanes_are_scattered_into_rows_and_nothing_else_is_touched(int rows, int count, int stride)
    {
        float[] lanes = Noise(8 * count, 7), x = new float[(stride * (rows - 1)) + count];
        Array.Fill(x, 99);
        LaneFrames.Scatter(lanes, x, stride, rows, count);
        for (int i = 0; i < x.Length; i++)
        {
            int row = stride == 0 ? 0 : i / stride, at = i - (row * stride);
            Assert.Equal(at < count ? lanes[(8 * at) + row] : 99, x[i]);
        }
    }

    [Fact]
    public void Rows_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LaneFrames.Gather(new float[20], 3, 8, 0, new float[64]));
        Assert.Throws<ArgumentOutOfRangeException>(() => LaneFrames.Gather(new float[20], 3, 8, 8, new float[64]));
        Assert.Throws<ArgumentOutOfRangeException>(() => LaneFrames.Gather(new float[99], 3, 9, 8, new float[64]));
        Assert.Throws<ArgumentOutOfRangeException>(() => LaneFrames.Scatter(new float[63], new float[64], 8, 8, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => LaneFrames.Scatter(new float[64], new float[64], 7, 8, 8));
    }

    private static float[] Noise(int n, uint seed) => [.. Signals.Noise(n, seed).Select(v => (float)v)];

    private static double[] Lane(float[] x, int lane, int n) => [.. Enumerable.Range(0, n).Select(i => (double)x[(8 * i) + lane])];

    private static (double[] Re, double[] Im) Bins(float[] spectrum, int lane, int bins) =>
        ([.. Enumerable.Range(0, bins).Select(k => (double)spectrum[(16 * k) + lane])], [.. Enumerable.Range(0, bins).Select(k => (double)spectrum[(16 * k) + 8 + lane])]);

    private static (double[] Re, double[] Im) Reference(double[] x)
    {
        var fft = new RealFft(x.Length);
        double[] re = new double[fft.Bins], im = new double[fft.Bins];
        fft.Forward(x, re, im);
        return (re, im);
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (p, q) => (double)p * q).Sum();
}
