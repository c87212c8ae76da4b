using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Audio.Metrics;

namespace Qwen3Tokenizer.Edge.Tests.Audio;

public class PitchTests
{
    /// <summary>Harmonics <c>h</c> of amplitude <c>level(h)</c> below half the rate, on a pitch contour in Hz over seconds.</summary>
    private static float[] Voice(double seconds, int rate, Func<double, double> hertz, Func<int, double> level)
    {
        var x = new float[(int)(seconds * rate)];
        double phase = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double f = hertz((double)i / rate), sum = 0;
            for (int h = 1; h * f < rate / 2.0 && h <= 40; h++)
                sum += level(h) * Math.Cos(2 * Math.PI * h * phase);

            x[i] = (float)(0.1 * sum);
            phase += f / rate;
        }

        return x;
    }

    private static double[] Cents(float[] track, Func<double, double> hertz)
    {
        // The first and last 30 ms have half a window of silence.
        return [.. Enumerable.Range(3, track.Length - 6).Select(t => Math.Abs(1200 * Math.Log2(track[t] / hertz(t / 100.0))))];
    }

    [Theory]
    [InlineData(52, 16000)]
    [InlineData(80, 16000)]
    [InlineData(110, 8000)]
    [InlineData(163.3, 24000)]
    [InlineData(247, 44100)]
    [InlineData(391, 16000)]
    [InlineData(490, 48000)]
    public void A_pulse_train_has_its_rate_as_pitch(double hertz, int rate)
    {
        float[] track = PitchTracker.Track(Voice(0.5, rate, _ => hertz, _ => 1), rate);
        Assert.Equal(50, track.Length);
        Assert.All(Cents(track, _ => hertz), c => Assert.InRange(c, 0, 5));
    }

    [Theory]
    [InlineData(90, 180)]
    [InlineData(220, 110)]
    [InlineData(300, 480)]
    public void A_glide_is_followed(double from, double to)
    {
        double Glide(double t) => from * Math.Pow(to / from, t);
        float[] track = PitchTracker.Track(Voice(1, 16000, Glide, h => 1.0 / h), 16000);
        double[] cents = Cents(track, Glide);
        Array.Sort(cents);
        Assert.InRange(cents[cents.Length / 2], 0, 4);
        Assert.InRange(cents[^1], 0, 25);
    }

    [Fact]
    public void Vibrato_is_followed()
    {
        double Vibrato(double t) => 200 * Math.Pow(2, 0.5 / 12 * Math.Sin(2 * Math.PI * 5 * t));
        Assert.All(Cents(PitchTracker.Track(Voice(1, 16000, Vibrato, h => 1.0 / h), 16000), Vibrato), c => Assert.InRange(c, 0, 15));
    }

    /// <summary>Strong even harmonics pull up an octave, a missing fundamental pulls anywhere, a formant pulls to its own frequency.</summary>
    [Fact]
    public void The_octave_is_right_whatever_the_harmonics()
    {
        Func<int, double>[] spectra =
        [
            h => h % 2 == 0 ? 1 : 0.3,
            h => h == 1 ? 0 : 1.0 / h,
            h => h is 1 or 2 ? 0 : 1.0 / h,
            h => Math.Exp(-Math.Pow((h - 5) / 1.2, 2)),
            h => h == 1 ? 1 : 0.02,
            h => h <= 3 ? 1 : 0,
        ];
        foreach (double hertz in new[] { 70.0, 120, 185, 230 })
        {
            for (int s = 0; s < spectra.Length; s++)
            {
                double worst = Cents(PitchTracker.Track(Voice(0.4, 16000, _ => hertz, spectra[s]), 16000), _ => hertz).Max();
                Assert.True(worst < 20, $"{hertz} Hz, spectrum {s}: {worst} cents");
            }
        }
    }

    [Fact]
    public void White_noise_and_silence_are_unvoiced()
    {
        float[] noise = [.. Signals.Noise(32000, 11).Select(v => (float)(v * 0.3))];
        Assert.All(PitchTracker.Track(noise, 16000), f => Assert.Equal(0, f));
        Assert.All(PitchTracker.Track(new float[16000], 16000), f => Assert.Equal(0, f));
        Assert.All(PitchTracker.Track(Enumerable.Repeat(0.5f, 16000).ToArray(), 16000)[5..^5], f => Assert.Equal(0, f));
        Assert.Empty(PitchTracker.Track([], 16000));
    }

    [Fact]
    public void Voice_in_noise_keeps_its_pitch()
    {
        float[] x = Voice(1, 16000, _ => 140, h => 1.0 / h);
        double[] noise = Signals.Noise(16000, 12);
        double gain = Signals.Rms(x) / Math.Sqrt(1 / 3.0) / Math.Pow(10, 10 / 20.0);
        float[] track = PitchTracker.Track([.. x.Select((v, i) => (float)(v + (gain * noise[i])))], 16000);
        double[] cents = Cents(track, _ => 140);
        Assert.All(cents, c => Assert.InRange(c, 0, 60));
    }

    [Fact]
    public void Voiced_and_unvoiced_stretches_are_told_apart()
    {
        float[] x = Voice(1, 16000, _ => 150, h => 1.0 / h);
        double[] noise = Signals.Noise(16000, 13);
        for (int i = 6400; i < 9600; i++)
            x[i] = (float)(noise[i] * 0.1);

        float[] track = PitchTracker.Track(x, 16000);
        Assert.All(track[5..37], f => Assert.Equal(150, f, 1));
        Assert.All(track[43..57], f => Assert.Equal(0, f));
        Assert.All(track[63..95], f => Assert.Equal(150, f, 1));
    }

    /// <summary>Every 50 ms of the shipped speech, by an independent tracker (windowed autocorrelation after Boersma 1993 with 50 ms windows and Viterbi, numpy), Hz.</summary>
    private static readonly int[] IndependentTrack =
    [
        0, 0, 0, 0, 0, 0, 109, 112, 121, 118, 114, 0, 439, 0, 101, 113, 109, 108, 101, 107, 104, 104, 105, 102, 97, 0, 0, 0, 0, 355, 128, 116, 98, 80, 73, 63, 66, 76, 71, 71, 71, 77, 91, 90, 0, 0, 87, 82, 81, 87, 92, 99, 99, 102, 101, 104, 98, 0, 0, 0, 160, 143, 91, 0, 0, 0, 0, 0, 0, 0,
    ];

    [Fact]
    public void Speech_has_the_pitch_that_an_independent_tracker_finds()
    {
        AudioClip clip = AudioFile.Read(Signals.PathOf("speech.original.wav"));
        float[] track = PitchTracker.Track(clip.Channel(0), clip.SampleRate);
        float[] every5 = [.. Enumerable.Range(0, IndependentTrack.Length).Select(i => track[5 * i])];
        PitchError error = PitchError.Compare([.. IndependentTrack.Select(v => (float)v)], every5);
        Assert.InRange(error.FramesVoicedInBoth, 35, 70);
        Assert.InRange(error.MedianCents, 0, 20);
        Assert.Equal(0, error.GrossErrorRate);
        Assert.InRange(error.VoicingErrorRate, 0, 0.15);
    }

    [Fact]
    public void An_offset_and_a_gain_change_nothing()
    {
        float[] x = Voice(0.5, 16000, _ => 130, h => 1.0 / h);
        float[] plain = PitchTracker.Track(x, 16000), moved = PitchTracker.Track([.. x.Select(v => (0.01f * v) + 0.001f)], 16000);
        for (int t = 3; t < plain.Length - 3; t++)
            Assert.Equal(plain[t], moved[t], 0.1f);
    }

    [Fact]
    public void Pitch_error_counts_what_its_names_say()
    {
        float semitone = (float)(100 * Math.Pow(2, 1 / 12.0)), third = (float)(100 * Math.Pow(2, 3 / 12.0));
        PitchError error = PitchError.Compare([100, 100, 100, 0, 100, 0, 0, 0], [100, semitone, third, 0, 0, 90, 0, 0]);
        Assert.Equal(100, error.MedianCents, 1e-3);
        Assert.Equal(1.0 / 3, error.GrossErrorRate, 1e-12);
        Assert.Equal(2.0 / 8, error.VoicingErrorRate, 1e-12);
        Assert.Equal(3, error.FramesVoicedInBoth);
        Assert.Equal(50, PitchError.Compare([100, 100], [100, semitone]).MedianCents, 1e-3);
    }

    [Fact]
    public void Pitch_error_without_common_voiced_frames_is_not_a_number()
    {
        PitchError error = PitchError.Compare([100, 0], [0, 0]);
        Assert.Equal((double.NaN, double.NaN, 0.5, 0), (error.MedianCents, error.GrossErrorRate, error.VoicingErrorRate, error.FramesVoicedInBoth));
        Assert.Equal(double.NaN, PitchError.Compare([], []).VoicingErrorRate);
    }
}
