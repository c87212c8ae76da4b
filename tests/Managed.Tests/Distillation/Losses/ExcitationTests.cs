using System.Numerics;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Distillation.Losses;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Losses;

public sealed class ExcitationTests
{
    private const int Rate = 8000, Hop = 80, Transform = 200, Frames = 11;

    // No pitch below is a whole fraction of it: there rounding decides.
    private const double Limit = 3950;
    private static readonly float[] Window = [.. Windows.SqrtHann(2 * Hop).Select(w => (float)w)];

    [Fact]
    public void The_pulse_train_is_the_sum_of_its_harmonics()
    {
        float[] pitch = [0, 200, 210, 190, 0, 0, 0, 120, 130, 0, 110, 100];
        var excitation = new Excitation(Rate, Transform, Window, Frames, Limit);
        (float[] harmonic, _, float[] voicing) = Compute(excitation, pitch, 0.3f, new float[excitation.Samples]);
        double[] samples = Harmonics(pitch, 0.3f);
        for (int t = 0; t < Frames; t++)
        {
            Assert.Equal(pitch[t] > 0 ? 1 : 0, voicing[t]);
            CheckRow(samples, t, harmonic, 2e-3);
        }
    }

    [Fact]
    public void A_pulse_train_has_unit_power()
    {
        var excitation = new Excitation(16000, 1024, [.. Windows.SqrtHann(640).Select(w => (float)w)], 40, 7900);
        float[] pitch = [.. Enumerable.Repeat(125f, 41)];
        (float[] harmonic, _, _) = Compute(excitation, pitch, 0, new float[excitation.Samples]);

        // Parseval: the energy of a row over that of the window is the power.
        double power = 0;
        for (int k = 0; k < 513; k++)
        {
            int at = (20 * excitation.Channels) + (2 * k);
            power += (k is 0 or 512 ? 1 : 2) * ((harmonic[at] * harmonic[at]) + (harmonic[at + 1] * harmonic[at + 1])) / 1024 / 320;
        }

        Assert.Equal(1, power, 0.01);
    }

    [Fact]
    public void Noise_goes_through_the_same_window()
    {
        var excitation = new Excitation(Rate, Transform, Window, Frames, Limit);
        var noise = new float[excitation.Samples];
        ExcitationNoise.Fill(1, 2, 3, 4, noise);
        (_, float[] spectra, _) = Compute(excitation, [.. Enumerable.Repeat(100f, Frames + 1)], 0, noise);
        for (int t = 0; t < Frames; t++)
        {
            CheckRow([.. noise.Select(v => (double)v)], t, spectra, 1e-4);
        }
    }

    [Theory]
    [InlineData("light")]
    [InlineData("meter")]
    public void The_noise_is_that_of_the_written_generator(string name)
    {
        float[] expected = new TorchCase(name).Floats("noise");
        var noise = new float[9];
        Assert.Equal(expected[0], ExcitationNoise.Fill(TorchCase.Seed, TorchCase.Step, 0, 1, noise));
        Assert.Equal(expected[1..], noise);
    }

    [Fact]
    public void The_noise_is_white_of_unit_variance_and_differs_from_draw_to_draw()
    {
        float[] a = new float[100000], b = new float[100000];
        float first = ExcitationNoise.Fill(5, 6, 7, 0, a), second = ExcitationNoise.Fill(5, 6, 7, 1, b);
        Assert.NotEqual(first, second);
        Assert.All(a, v => Assert.InRange(v, -1.7320509f, 1.7320509f));
        Assert.Equal(0, a.Average(), 0.02);
        Assert.Equal(1, a.Average(v => v * v), 0.02);
        Assert.Equal(0, a.Zip(b, (p, q) => p * q).Average(), 0.02);
        Assert.Equal(0, a.Zip(a.Skip(1), (p, q) => p * q).Average(), 0.02);
        foreach ((ulong seed, long step, int item) in ((ulong, long, int)[])[(6, 6, 7), (5, 7, 7), (5, 6, 8), (6, 5, 7)])
        {
            Assert.NotEqual(first, ExcitationNoise.Fill(seed, step, item, 0, b));
        }
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        var excitation = new Excitation(Rate, Transform, Window, Frames, Limit);
        Assert.Throws<ArgumentException>(() => Compute(excitation, new float[Frames], 0, new float[excitation.Samples]));
        Assert.Throws<ArgumentException>(() => Compute(excitation, new float[Frames + 1], 0, new float[excitation.Samples - 1]));
        Assert.Throws<ArgumentException>(() => new Excitation(Rate, 128, Window, Frames, Limit));
    }

    private static (float[] Harmonic, float[] Noise, float[] Voicing) Compute(Excitation excitation, float[] pitch, float start, float[] noise)
    {
        int length = excitation.Frames * excitation.Channels;
        float[] harmonic = new float[length], spectra = new float[length], voicing = new float[excitation.Frames];
        excitation.Compute(pitch, start, noise, harmonic, spectra, voicing);
        return (harmonic, spectra, voicing);
    }

    // Harmonic by harmonic in double precision, by the text of edge-codec.md.
    private static double[] Harmonics(float[] pitch, double start)
    {
        var samples = new double[(Frames + 1) * Hop];
        double phase = start;
        for (int i = 0; i < samples.Length; i++)
        {
            int t = i / Hop;
            double left = t == 0 ? pitch[0] : pitch[t - 1], right = t == 0 ? pitch[1] : pitch[t];
            (double from, double to) = (left > 0, right > 0) switch
            {
                (true, true) => (left, right),
                (true, false) => (left, left),
                (false, true) => (right, right),
                _ => (150, 150),
            };
            double f = t == 0 ? from : from + ((to - from) * (i % Hop) / Hop);
            phase += f / Rate;
            int count = (int)(Limit / f);
            samples[i] = Math.Sqrt(2.0 / count) * Enumerable.Range(1, count).Sum(h => Math.Cos(2 * Math.PI * h * phase));
        }

        return samples;
    }

    private static void CheckRow(double[] samples, int t, float[] spectra, double tolerance)
    {
        for (int k = 0; k <= Transform / 2; k++)
        {
            Complex sum = 0;
            for (int n = 0; n < 2 * Hop; n++)
            {
                sum += samples[(t * Hop) + n] * Window[n] * Complex.FromPolarCoordinates(1, -2 * Math.PI * k * (n + ((Transform - (2 * Hop)) / 2)) / Transform);
            }

            int at = (((t * ((Transform / 2) + 1)) + k) * 2);
            Assert.Equal(sum.Real, spectra[at], tolerance);
            Assert.Equal(sum.Imaginary, spectra[at + 1], tolerance);
        }
    }
}
