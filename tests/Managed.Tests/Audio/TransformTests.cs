using Qwen3Tokenizer.Edge.Audio;

namespace Qwen3Tokenizer.Edge.Tests.Audio;

public class TransformTests
{
    // Powers of two, mixed small factors, odd, prime, and primes above the direct limit (chirp transform).
    public static TheoryData<int> Lengths =>
        [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 16, 30, 32, 61, 64, 67, 100, 122, 134, 210, 256, 411, 512, 640, 768, 1024, 1030, 1411, 2018];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Forward_is_the_sum_that_defines_it(int n)
    {
        double[] x = Signals.Noise(n, (uint)n);
        var fft = new RealFft(n);
        Assert.Equal((n / 2) + 1, fft.Bins);
        double[] re = new double[fft.Bins], im = new double[fft.Bins];
        fft.Forward(x, re, im);
        for (int k = 0; k < fft.Bins; k++)
        {
            double sr = 0, si = 0;
            for (int i = 0; i < n; i++)
            {
                double angle = 2 * Math.PI * ((long)i * k % n) / n;
                sr += x[i] * Math.Cos(angle);
                si -= x[i] * Math.Sin(angle);
            }

            Assert.Equal(sr, re[k], 1e-11);
            Assert.Equal(si, im[k], 1e-11);
        }

        Assert.Equal(0, im[0]);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Inverse_undoes_forward(int n)
    {
        double[] x = Signals.Noise(n, 9), back = new double[n];
        var fft = new RealFft(n);
        double[] re = new double[fft.Bins], im = new double[fft.Bins];
        fft.Forward(x, re, im);
        im[0] = 123;
        if (n % 2 == 0)
            im[^1] = 456;

        fft.Inverse(re, im, back);
        for (int i = 0; i < n; i++)
            Assert.Equal(x[i], back[i], 1e-13);
    }

    [Fact]
    public void Single_precision_is_the_rounded_double()
    {
        double[] x = Signals.Noise(640, 3);
        float[] single = [.. x.Select(v => (float)v)];
        var fft = new RealFft(640);
        double[] re = new double[321], im = new double[321];
        float[] reSingle = new float[321], imSingle = new float[321], back = new float[640];
        fft.Forward([.. single.Select(v => (double)v)], re, im);
        fft.Forward(single, reSingle, imSingle);
        Assert.Equal(re.Select(v => (float)v), reSingle);
        Assert.Equal(im.Select(v => (float)v), imSingle);
        fft.Inverse(reSingle, imSingle, back);
        for (int i = 0; i < 640; i++)
            Assert.Equal(single[i], back[i], 1e-6f);
    }

    [Fact]
    public void One_transform_serves_many_threads()
    {
        var fft = new RealFft(1024);
        double[] x = Signals.Noise(1024, 4), re = new double[513], im = new double[513];
        fft.Forward(x, re, im);
        Parallel.For(0, 200, _ =>
        {
            double[] a = new double[513], b = new double[513];
            fft.Forward(x, a, b);
            Assert.Equal(re, a);
            Assert.Equal(im, b);
        });
    }

    [Fact]
    public void Lengths_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RealFft(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RealFft((1 << 24) + 1));
    }

    [Fact]
    public void A_sine_on_a_bin_has_half_the_sum_of_the_window_as_magnitude()
    {
        float[] x = Signals.Sine(1600, 1000, 16000, 0.5);
        Spectrogram s = Stft.Magnitude(x, Windows.PeriodicHann(512), 160, 512);
        Assert.Equal((7, 257), (s.Frames, s.Bins));
        for (int t = 0; t < s.Frames; t++)
        {
            // The periodic Hann window sums to 256; amplitude 0.5 gives 0.5 * 256 / 2 in bin 32 and half of that in its neighbours.
            Assert.Equal(64, s.Frame(t)[32], 1e-4);
            Assert.Equal(32, s.Frame(t)[31], 1e-4);
            Assert.Equal(32, s.Frame(t)[33], 1e-4);
            Assert.Equal(0, s.Frame(t)[100], 1e-4);
        }

        Assert.Equal(0, Stft.Magnitude(x.AsSpan(0, 511), Windows.PeriodicHann(512), 160, 512).Frames);
    }

    [Fact]
    public void Windows_have_their_closed_forms()
    {
        Assert.Equal([0, 0.5, 1, 0.5], Windows.PeriodicHann(4).Select(v => Math.Round(v, 14)));
        Assert.Equal([0, 0.5, 1, 0.5, 0], Windows.SymmetricHann(5).Select(v => Math.Round(v, 14)));
        double[] root = Windows.SqrtHann(640);
        for (int i = 0; i < 320; i++)
            Assert.Equal(1, (root[i] * root[i]) + (root[i + 320] * root[i + 320]), 1e-14);

        // numpy: np.kaiser(11, 10.3)
        double[] kaiser = Windows.Kaiser(11, 10.3);
        Assert.Equal(0.142989075205, kaiser[2], 1e-12);
        Assert.Equal(0.142989075205, kaiser[8], 1e-12);
        Assert.Equal(1, kaiser[5], 1e-15);
        Assert.All(Windows.Kaiser(7, 0), v => Assert.Equal(1, v));
        Assert.Equal([1.0], Windows.SymmetricHann(1));
    }

    // Values of mel_matrix() in tests/data/audio/anchors.py.
    [Theory]
    [InlineData(0, 1, 0.540754725508)]
    [InlineData(10, 18, 0.433935440571)]
    [InlineData(40, 116, 0.185293904656)]
    [InlineData(79, 495, 0.059332376491)]
    [InlineData(79, 512, 0)]
    public void Mel_filters_have_the_values_of_the_specification(int band, int bin, double expected) =>
        Assert.Equal(expected, MelFilterbank.Create(80, 1024, 16000)[band][bin], 1e-11);

    [Fact]
    public void Every_mel_filter_sums_to_one_even_where_triangles_are_narrower_than_a_bin()
    {
        foreach (double[] row in MelFilterbank.Create(80, 128, 16000))
        {
            Assert.Equal(1, row.Sum(), 1e-12);
            Assert.All(row, v => Assert.InRange(v, 0, 1));
        }

        Assert.Equal(22.120065726920, MelFilterbank.Corners(80, 0, 8000)[1], 1e-9);
        Assert.Equal(8000, MelFilterbank.MelToHertz(MelFilterbank.HertzToMel(8000)), 1e-8);
        Assert.Equal(1000, MelFilterbank.HertzToMel(1000), 0.02);
    }
}
