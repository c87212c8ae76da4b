using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Audio.Metrics;

namespace Qwen3Tokenizer.Edge.Tests.Audio;

/// <summary>Expected values: tests/data/audio/anchors.py (numpy and scipy, written from the papers), or closed forms.</summary>
public class MetricTests
{
    private static (float[] X, float[] Y) Noisy(int rate, int period)
    {
        float[] x = Signals.Modulated(2 * rate, period, 1);
        double[] n = Signals.Noise(2 * rate, 2);
        return (x, [.. x.Select((v, i) => (float)(v + (0.25 * n[i])))]);
    }

    private static (float[] X, float[] Y) Speech() =>
        (AudioFile.Read(Signals.PathOf("speech.original.wav")).Channel(0), AudioFile.Read(Signals.PathOf("speech.decoded.wav")).Channel(0));

    [Fact]
    public void Stoi_and_estoi_at_their_own_rate_equal_the_independent_values()
    {
        (float[] x, float[] y) = Noisy(10000, 2500);
        Assert.Equal(0.788719801294, Stoi.Compute(x, y, 10000), 1e-9);
        Assert.Equal(0.465377407804, Stoi.ComputeExtended(x, y, 10000), 1e-9);
    }

    // Here the anchor resamples by a whole-signal Fourier transform; the two agree as far as resamplers may.
    [Fact]
    public void Stoi_and_estoi_of_speech_equal_the_independent_values()
    {
        (float[] x, float[] y) = Speech();
        Assert.Equal(0.836797008520, Stoi.Compute(x, y, 16000), 1e-4);
        Assert.Equal(0.686980374191, Stoi.ComputeExtended(x, y, 16000), 1e-4);
    }

    [Fact]
    public void Stoi_at_44100_Hz_equals_the_independent_value()
    {
        (float[] x, float[] y) = Noisy(44100, 11024);
        Assert.Equal(0.787075987037, Stoi.Compute(x, y, 44100), 1e-4);
        Assert.Equal(0.422987492292, Stoi.ComputeExtended(x, y, 44100), 1e-4);
    }

    [Fact]
    public void Identical_speech_is_perfect_by_every_measure()
    {
        (float[] x, _) = Speech();
        Assert.Equal(1, Stoi.Compute(x, x, 16000), 1e-9);
        Assert.Equal(1, Stoi.ComputeExtended(x, x, 16000), 1e-9);
        Assert.Equal(double.PositiveInfinity, SiSdr.Compute(x, x, 16000));
        Assert.Equal(0, LogSpectralDistance.Compute(x, x, 16000));
        Assert.Equal(0, MelDistance.Compute(x, x, 16000));
        Assert.All(BandLevels.Compute(x, x, 16000), b => Assert.Equal(0, b.DifferenceDb));
    }

    [Fact]
    public void Fewer_than_30_frames_of_speech_have_no_stoi()
    {
        // 30 frames of 256 every 128 samples need 3968 samples.
        float[] x = [.. Signals.Noise(3968, 3).Select(v => (float)v)];
        Assert.Equal(1, Stoi.Compute(x, x, 10000), 1e-9);
        Assert.Equal(double.NaN, Stoi.Compute(x.AsSpan(1), x.AsSpan(1), 10000));
        Assert.Equal(double.NaN, Stoi.ComputeExtended(x.AsSpan(1), x.AsSpan(1), 10000));
        Assert.Equal(double.NaN, Stoi.Compute([], [], 16000));
    }

    [Fact]
    public void A_silent_output_has_stoi_zero()
    {
        (float[] x, _) = Speech();
        Assert.Equal(0, Stoi.Compute(x, new float[x.Length], 16000), 1e-6);
        Assert.Equal(0, Stoi.ComputeExtended(x, new float[x.Length], 16000), 1e-6);
    }

    [Fact]
    public void Log_spectral_distance_equals_the_independent_values()
    {
        (float[] x, float[] y) = Speech();
        Assert.Equal(4.666521391827, LogSpectralDistance.Compute(x, y, 16000), 1e-9);
        Assert.Equal(6.130650368914, LogSpectralDistance.Compute(x, y, 16000, 3800), 1e-9);
        (x, y) = Noisy(44100, 11024);
        Assert.Equal(8.582451051012, LogSpectralDistance.Compute(x, y, 44100), 1e-9);
    }

    [Fact]
    public void Halving_the_amplitude_is_a_log_spectral_distance_of_six_decibels()
    {
        // A tone's frames have power far above the floor only in three bins, so noise is used: every bin lies within 60 dB of the loudest.
        float[] x = [.. Signals.Noise(32000, 5).Select(v => (float)v)], y = [.. x.Select(v => v / 2)];
        Assert.Equal(20 * Math.Log10(2), LogSpectralDistance.Compute(x, y, 16000), 0.01);
    }

    [Fact]
    public void Mel_distance_equals_the_independent_values()
    {
        (float[] x, float[] y) = Speech();
        Assert.Equal(0.483631636653, MelDistance.Compute(x, y, 16000), 1e-9);
        Assert.Equal(0.459569084970, MelDistance.Compute(x, y, 16000, 3800), 1e-9);
    }

    [Fact]
    public void Halving_the_amplitude_is_a_mel_distance_of_the_logarithm_of_two()
    {
        float[] x = [.. Signals.Noise(16000, 6).Select(v => (float)v)], y = [.. x.Select(v => v / 2)];
        Assert.Equal(Math.Log(2), MelDistance.Compute(x, y, 16000), 1e-6);
        Assert.Equal(Math.Log(2), MelDistance.Compute(x, y, 8000), 1e-3);
    }

    [Fact]
    public void Si_sdr_of_orthogonal_noise_is_the_power_ratio_at_any_gain()
    {
        // Whole periods of different frequencies are orthogonal: 10 log10(1^2 / 0.1^2) = 20 dB.
        float[] x = Signals.Sine(16000, 200, 16000), n = Signals.Sine(16000, 300, 16000, 0.1);
        foreach (float gain in new[] { 1f, -0.25f, 4f })
        {
            float[] y = [.. x.Select((v, i) => (gain * (v + n[i])) + 0.125f)];
            Assert.Equal(20, SiSdr.Compute(x, y, 16000), 1e-4);
        }
    }

    [Fact]
    public void Si_sdr_equals_the_independent_values()
    {
        (float[] x, float[] y) = Speech();
        Assert.Equal(-30.740104573917, SiSdr.Compute(x, y, 16000), 1e-8);
        (x, y) = Noisy(10000, 2500);
        Assert.Equal(0.505753588733, SiSdr.Compute(x, y, 10000), 1e-8);
    }

    [Fact]
    public void Silence_gives_the_documented_figures_and_no_exception()
    {
        float[] silence = new float[16000], tone = Signals.Sine(16000, 200, 16000);
        Assert.Equal(double.NaN, SiSdr.Compute(silence, tone, 16000));
        Assert.Equal(double.NegativeInfinity, SiSdr.Compute(tone, silence, 16000));
        Assert.Equal(double.NaN, SiSdr.Compute([], [], 16000));
        Assert.Equal(double.NaN, LogSpectralDistance.Compute(silence, tone, 16000));
        Assert.Equal(double.NaN, MelDistance.Compute(silence, tone, 16000));
        Assert.Equal(double.NaN, LogSpectralDistance.Compute([], [], 16000));
        Assert.Equal(double.NaN, MelDistance.Compute([], [], 16000));
        Assert.All(BandLevels.Compute(silence, [.. silence], 16000), b => Assert.Equal(-120, b.ReferenceDb));
        Assert.NotEmpty(BandLevels.Compute([], [], 16000));
    }

    [Fact]
    public void Signals_of_different_length_are_refused()
    {
        float[] a = new float[10], b = new float[11];
        Assert.Contains("10 and 11", Assert.Throws<ArgumentException>(() => Stoi.Compute(a, b, 16000)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Stoi.ComputeExtended(a, b, 16000));
        Assert.Throws<ArgumentException>(() => SiSdr.Compute(a, b, 16000));
        Assert.Throws<ArgumentException>(() => LogSpectralDistance.Compute(a, b, 16000));
        Assert.Throws<ArgumentException>(() => MelDistance.Compute(a, b, 16000));
        Assert.Throws<ArgumentException>(() => BandLevels.Compute(a, b, 16000));
        Assert.Throws<ArgumentException>(() => PitchError.Compare(a, b));
    }

    [Theory]
    [InlineData(8000, 16)]
    [InlineData(16000, 19)]
    [InlineData(44100, 23)]
    public void Third_octave_bands_run_from_100_Hz_to_the_last_that_fits(int rate, int count)
    {
        BandLevel[] bands = BandLevels.Compute(new float[1000], new float[1000], rate);
        Assert.Equal(count, bands.Length);
        Assert.Equal(100, bands[0].CentreHz, 1e-9);
        Assert.True(bands[^1].HighHz <= rate / 2.0 && bands[^1].HighHz * Math.Pow(10, 0.1) > rate / 2.0);
    }

    [Fact]
    public void A_sine_has_its_level_in_its_band_and_white_noise_in_proportion_to_width()
    {
        // Faded like a Hann window, so that the ends do not click; the mean square of sine times window is 0.5^2 / 2 * 3/8.
        double[] fade = Windows.PeriodicHann(32000);
        float[] sine = [.. Signals.Sine(32000, 1000, 16000, 0.5).Select((v, i) => (float)(v * fade[i]))], noise = [.. Signals.Noise(160000, 7).Select(v => (float)v)];
        BandLevel[] bands = BandLevels.Compute(sine, [.. sine.Select(v => v / 10)], 16000);
        BandLevel band = bands.Single(b => b.CentreHz is > 999 and < 1001);
        Assert.Equal(10 * Math.Log10(0.125 * 3 / 8), band.ReferenceDb, 0.05);
        Assert.Equal(-20, band.DifferenceDb, 1e-4);
        Assert.InRange(bands.Single(b => b.CentreHz is > 1900 and < 2000).ReferenceDb, -120, -80);

        // Uniform noise has power 1/3, spread evenly over 8000 Hz.
        foreach (BandLevel b in BandLevels.Compute(noise, noise, 16000).Where(b => b.CentreHz > 400))
            Assert.Equal(10 * Math.Log10((b.HighHz - b.LowHz) / 8000 / 3), b.ReferenceDb, 0.4);
    }
}
