using Qwen3Tokenizer.Edge.Audio;

namespace Qwen3Tokenizer.Edge.Tests.Audio;

public class ResamplerTests
{
    /// <summary>Rates with few phases (one filter each) and coprime ones (interpolated filters), up and down.</summary>
    public static TheoryData<int, int> Rates => new()
    {
        { 44100, 16000 }, { 16000, 44100 }, { 192000, 16000 }, { 16000, 10000 }, { 8000, 16000 }, { 24000, 16000 }, { 48000, 8000 },
        { 44100, 16001 }, { 16001, 44100 }, { 44099, 48000 }, { 48000, 44099 }, { 99991, 8009 },
    };

    [Theory]
    [MemberData(nameof(Rates))]
    public void The_pass_band_is_flat_and_without_delay(int from, int to)
    {
        // Up to 0.9 of the lower Nyquist frequency the output is the same sine at the new instants: this measures gain, delay and images in one.
        double nyquist = Math.Min(from, to) / 2.0, worst = 0;
        for (int step = 0; step <= 12; step++)
        {
            double hertz = nyquist * 0.9 * step / 12;
            float[] y = Resampler.Resample(Signals.Sine(Samples(from, to), hertz, from, 0.5, 1), from, to);
            float[] expected = Signals.Sine(y.Length, hertz, to, 0.5, 1);
            (int start, int end) = Middle(y.Length, from, to);
            for (int i = start; i < end; i++)
                worst = Math.Max(worst, Math.Abs(y[i] - expected[i]) / 0.5);
        }

        // -90 dB of the tone.
        Assert.InRange(worst, 0, 3.16e-5);
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void The_stop_band_lies_90_dB_down(int from, int to)
    {
        if (to > from)
        {
            // Going up, the stop band is where images arise: what remains beside the tone. A tone just below the edge has its image just above.
            double edge = from / 2.0 * 0.9;
            float[] image = Resampler.Resample(Signals.Sine(Samples(from, to), edge, from), from, to);
            float[] ideal = Signals.Sine(image.Length, edge, to);
            (int a, int b) = Middle(image.Length, from, to);
            float[] rest = [.. Enumerable.Range(a, b - a).Select(i => image[i] - ideal[i])];
            Assert.InRange(20 * Math.Log10(Signals.Rms(rest) * Math.Sqrt(2)), -400, -90);
            return;
        }

        // Forty tones of amplitude 1 at once: what is left of all together lies 90 dB under one of them.
        var sum = new float[Samples(from, to)];
        for (int step = 0; step < 40; step++)
        {
            float[] tone = Signals.Sine(sum.Length, (to / 2.0) + ((from - to) / 2.0 * step / 40), from, 1, step * step);
            for (int i = 0; i < sum.Length; i++)
                sum[i] += tone[i];
        }

        float[] y = Resampler.Resample(sum, from, to);
        (int start, int end) = Middle(y.Length, from, to);
        Assert.InRange(20 * Math.Log10(Signals.Rms(y.AsSpan(start, end - start)) * Math.Sqrt(2)), -400, -90);
    }

    [Theory]
    [InlineData(0, 44100, 16000, 0)]
    [InlineData(1, 44100, 16000, 1)]
    [InlineData(441, 44100, 16000, 160)]
    [InlineData(442, 44100, 16000, 161)]
    [InlineData(3, 16000, 10000, 2)]
    [InlineData(5, 8000, 16000, 10)]
    [InlineData(7, 999983, 48000, 1)]
    [InlineData(7, 1000, 1000000, 7000)]
    public void The_length_is_the_duration_rounded_up(int n, int from, int to, int expected) =>
        Assert.Equal(expected, Resampler.Resample(new float[n], from, to).Length);

    [Fact]
    public void A_constant_stays_constant()
    {
        foreach ((int from, int to) in new[] { (44100, 16000), (16000, 44100), (44099, 16001) })
        {
            float[] y = Resampler.Resample(Enumerable.Repeat(0.75f, from / 4).ToArray(), from, to);
            (int start, int end) = Middle(y.Length, from, to);
            Assert.All(y[start..end], v => Assert.Equal(0.75f, v, 2e-6f));
        }
    }

    [Fact]
    public void An_impulse_spreads_symmetrically_about_its_instant()
    {
        var x = new float[4001];
        x[2000] = 1;
        float[] y = Resampler.Resample(x, 16000, 8000);
        for (int d = 1; d < 900; d++)
            Assert.Equal(y[1000 - d], y[1000 + d], 1e-7f);

        Assert.Equal(1000, Array.IndexOf(y, y.Max()));
    }

    [Fact]
    public void Equal_rates_copy()
    {
        float[] x = [1, 2, 3];
        float[] y = Resampler.Resample(x, 16000, 16000);
        Assert.Equal(x, y);
        Assert.NotSame(x, y);
    }

    [Fact]
    public void Coprime_rates_need_no_large_table()
    {
        var x = new float[1000];
        Resampler.Resample(x, 999983, 999979);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Resampler.Resample(x, 999983, 999979);
        Resampler.Resample(x, 999983, 1009);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Fact]
    public void Impossible_rates_and_sizes_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Resampler.Resample([1f], 0, 16000));
        Assert.Throws<ArgumentOutOfRangeException>(() => Resampler.Resample([1f], 16000, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Resampler.Resample([1f], 1, 16000));
        Assert.Throws<ArgumentOutOfRangeException>(() => Resampler.Resample(new float[3_000_000], 1000, 1_000_000));
    }

    [Fact]
    public void A_clip_resamples_every_channel()
    {
        var clip = new AudioClip([new float[441], new float[441]], 44100);
        AudioClip other = clip.Resample(16000);
        Assert.Equal((2, 16000, 160, 0.01), (other.Channels, other.SampleRate, other.Length, other.Duration));
        Assert.Same(clip, clip.Resample(44100));
    }

    /// <summary>Four times the parts that the ends disturb.</summary>
    private static int Samples(int from, int to) => (int)(8 * 70.0 * from / Math.Min(from, to));

    /// <summary>Output samples whose filter lies wholly inside the signal: 66 periods of the lower rate from either end.</summary>
    private static (int Start, int End) Middle(int length, int from, int to)
    {
        int margin = (int)(68.0 * to / Math.Min(from, to)) + 1;
        Assert.True(length > 3 * margin);
        return (margin, length - margin);
    }
}
