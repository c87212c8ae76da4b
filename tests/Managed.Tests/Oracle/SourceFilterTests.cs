using Qwen3Tokenizer.Edge.Compiler.Program;
using Xunit.Abstractions;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

public class SourceFilterTests(ITestOutputHelper output)
{
    /// <summary>
    /// Largest relative error of the pitch: the chord of 2^x (IntegerMathTests), c20 rounded to 2^-21 octaves, the increment of at least
    /// 2^23 (50 Hz at 16 kHz) rounded to a half.
    /// </summary>
    private const double PitchError = 9.17e-7 + 0.6931471805599453 / 2097152 + 0.5 / 8388608;

    public static TheoryData<string> Sizes => ["light", "meter"];

    /// <summary>
    /// Given the same excitation, the filter is off by the rounding to 16 bits, 1/sqrt(12) of a step, and little else: 1/20 step is
    /// allowed. (The chord of the sine turns and shrinks the harmonics by less than 4.8e-6 of full scale = 0.16 step at a peak,
    /// about 0.02 at the level of the phrase; the roundings of the transforms are worth 1/32 step each at Q20 and average out.)
    /// </summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_filter_is_the_double_precision_filter_but_for_the_rounding_to_16_bits(string size)
    {
        (SyntheticVoice voice, SourceFilterConstants constants, int[][] rows) = Case(size);
        (short[] pcm, int[] harmonic, int[] noise) = Run(constants, rows);
        double[] expected = new FloatSourceFilter(voice, constants).Filter(rows, Real(harmonic, 26), Real(noise, 26));
        (double error, double signal) = Compare(pcm, expected);
        output.WriteLine($"{size}: signal {signal:F1} steps rms, error {error:F4} steps rms, SNR {20 * Math.Log10(signal / error):F1} dB");
        Assert.True(signal > 1000);
        Assert.InRange(error, 0, 1 / Math.Sqrt(12) + 0.05);
    }

    /// <summary>
    /// From head rows to samples: the pitch error adds up to a drift of PitchError times the cycles of the voiced part, which turns a
    /// component at F Hz by 2 pi F T PitchError radians, at most that of the highest harmonic. (Where a glide crosses a change of the number of
    /// harmonics, the two may also change one sample apart: seen at one sample of the meter's phrase.)
    /// </summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_head_is_the_double_precision_head_within_the_drift_of_its_oscillator(string size)
    {
        (SyntheticVoice voice, SourceFilterConstants constants, int[][] rows) = Case(size);
        (short[] pcm, _, _) = Run(constants, rows);
        var reference = new FloatSourceFilter(voice, constants);
        (double[] harmonic, double[] noise) = reference.Excite(rows);
        (double error, double signal) = Compare(pcm, reference.Filter(rows, harmonic, noise));
        const double VoicedSeconds = 18 * 0.02; // 16 voiced rows, and a stretch more after each voice
        double drift = 2 * Math.PI * voice.HarmonicLimit * VoicedSeconds * PitchError, bound = drift * signal + 1 / Math.Sqrt(12) + 0.05;
        output.WriteLine($"{size}: SNR {20 * Math.Log10(signal / error):F1} dB, at least {20 * Math.Log10(signal / bound):F1} dB");
        Assert.InRange(error, 0, bound);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Silence_is_silent_and_the_first_hop_is_empty(string size)
    {
        (_, SourceFilterConstants constants, int[][] rows) = Case(size);
        (short[] pcm, int[] harmonic, _) = Run(constants, rows);
        int hop = constants.Hop;

        // Hop t ends frame t-2 and begins frame t-1: rows 0..2 and 17..21 are silent.
        foreach (int t in new[] { 0, 1, 2, 3, 19, 20, 21, 22 })
            Assert.All(pcm.Skip(t * hop).Take(hop), v => Assert.Equal(0, v));
        Assert.Contains(pcm.Skip(4 * hop).Take(hop), v => v != 0);

        // Stretch 3 rises into the first voiced row, 13 falls out of the last; between and before there is no oscillation.
        int[] sounding = [.. Enumerable.Range(0, rows.Length).Where(t => harmonic.AsSpan(t * hop, hop).ContainsAnyExcept(0))];
        Assert.Equal([.. Enumerable.Range(3, 11), .. Enumerable.Range(22, 6)], sounding);
    }

    /// <summary>
    /// With f0_ref = rate / 128 the increment of U = 0 is 2^25 exactly, and with U a multiple of 64 exp2m meets its table: the phase is
    /// known to a rounding of the increment (half a unit and 2^-31 of it), and only the Dirichlet kernel's own error remains: two sines
    /// (4.71e-6 each), a reciprocal (3.8e-6), the rounding of the smallest denominator (4.7e-6), together below 2e-5 of the kernel.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(64 * 37)]
    [InlineData(-64 * 171)]
    [InlineData(64 * 499)]
    public void Harmonics_are_a_sum_of_cosines(int pitch)
    {
        SyntheticVoice voice = SyntheticVoice.Light with { PitchReference = 125 };
        SourceFilterConstants constants = voice.Constants();
        Assert.Equal(25 << 20, constants.PitchBase);
        int[] row = voice.Row(-4, -8, pitch, true, 0);
        (_, int[] harmonic, _) = Run(constants, [.. Enumerable.Repeat(row, 5)]);

        double increment = Math.Pow(2, 25 + pitch / 16384.0), increase = Math.ScaleB(increment, -32), worst = 0;
        int count = (int)(constants.HarmonicLimit / increment);
        for (int i = 0; i < harmonic.Length; i++)
        {
            double sum = 0;
            for (int h = 1; h <= count; h++)
                sum += Math.Cos(2 * Math.PI * h * (i + 1) * increase);
            worst = Math.Max(worst, Math.Abs(Math.ScaleB(harmonic[i], -26) - Math.Sqrt(2.0 / count) * sum));
        }

        double drift = harmonic.Length * (0.5 + Math.ScaleB(increment, -31)) * Math.ScaleB(1, -32);
        double steepest = Math.Sqrt(2.0 / count) * 2 * Math.PI * count * (count + 1) / 2, kernel = 2e-5 * (2 * count + 1) / Math.Sqrt(2 * count);
        // Inside the guard the kernel is replaced by its peak: x^2/6 below it, x = (2h+1) 1e-4.
        double guard = Math.Pow((2 * count + 1) * 1e-4, 2) / 6 * (2 * count + 1) / Math.Sqrt(2 * count);
        output.WriteLine($"{count} harmonics: largest error {worst:E2}, bound {drift * steepest + kernel + guard:E2}");
        Assert.InRange(worst, 0, drift * steepest + kernel + guard);
    }

    /// <summary>The generator of Numerical Recipes; the first states from 1 were computed in Python.</summary>
    [Fact]
    public void Noise_is_the_linear_congruential_generator_with_unit_variance()
    {
        SourceFilterConstants constants = SyntheticVoice.Light.Constants();
        (_, _, int[] noise) = Run(constants, [.. Enumerable.Repeat(SyntheticVoice.Light.Row(-4, -8, 0, false, 0), 20)]);
        uint[] states = [1015568748, 1586005467, 2165703038, 3027450565];
        for (int i = 0; i < states.Length; i++)
            Assert.Equal(unchecked((int)states[i]) * Math.ScaleB(Math.Sqrt(3), -5), noise[i], 1.0);

        // The variance of the mean of 6400 squares of a uniform distribution is 0.8 / 6400: four standard deviations.
        Assert.InRange(noise.Average(v => Math.ScaleB((double)v * v, -52)), 1 - 0.045, 1 + 0.045);
    }

    /// <summary>Every product and sum that the text says fits is checked: nothing may throw for any head row, at the largest gains too.</summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public void Any_head_row_stays_within_the_proved_bounds(string size)
    {
        (SyntheticVoice voice, SourceFilterConstants constants, _) = Case(size);
        var random = new Random(11);
        int[][] rows = [.. Enumerable.Range(0, 60).Select(_ => RandomRow(random, 3 * voice.Knots + 2))];
        foreach (int[] row in rows[20..40])
            row.AsSpan(0, 2 * voice.Knots).Fill(short.MaxValue);
        foreach (int[] row in rows[30..40])
            (row[3 * voice.Knots], row[3 * voice.Knots + 1]) = (short.MinValue, 1);

        (short[] pcm, _, _) = Run(constants, rows);
        Assert.Contains(short.MaxValue, pcm);
        Assert.Contains(short.MinValue, pcm);
    }

    [Fact]
    public void Split_rows_add_their_two_parts()
    {
        SyntheticVoice voice = SyntheticVoice.Meter;
        SourceFilterConstants constants = voice.Constants();
        int[][] rows = voice.Phrase();
        int tail = 3 * voice.Knots;
        int[][] split = [.. rows.Select((row, t) => (int[])[.. row[..tail], row[tail] - 37 * t, row[tail + 1] > 0 ? -5 : 5, 37 * t, row[tail + 1] > 0 ? 6 : -5])];
        Assert.Equal(Run(constants, rows).Pcm, Run(constants with { SplitRows = true }, split).Pcm);
    }

    [Fact]
    public void Constants_that_contradict_the_text_are_refused()
    {
        SourceFilterConstants constants = SyntheticVoice.Meter.Constants();
        Assert.Throws<ArgumentException>(() => new SourceFilterOracle(constants with { Log2Fft = 8 }));
        Assert.Throws<ArgumentException>(() => new SourceFilterOracle(constants with { Knots = 20 }));
        Assert.Throws<ArgumentException>(() => new SourceFilterOracle(constants with { HarmonicMax = 256 }));
        Assert.Throws<ArgumentException>(() => new SourceFilterOracle(constants with { HarmonicLimit = 1u << 31 }));
    }

    private static (SyntheticVoice Voice, SourceFilterConstants Constants, int[][] Rows) Case(string size)
    {
        SyntheticVoice voice = size == "light" ? SyntheticVoice.Light : SyntheticVoice.Meter;
        return (voice, voice.Constants(), voice.Phrase());
    }

    private static (short[] Pcm, int[] Harmonic, int[] Noise) Run(SourceFilterConstants constants, int[][] rows)
    {
        var oracle = new SourceFilterOracle(constants);
        var trace = new List<TraceEntry>();
        var pcm = new int[rows.Length * constants.Hop];
        for (int t = 0; t < rows.Length; t++)
            oracle.Hop(rows[t], pcm.AsSpan(t * constants.Hop, constants.Hop), trace);
        return (Array.ConvertAll(pcm, v => checked((short)v)), Joined("source.harmonic"), Joined("source.noise"));

        int[] Joined(string name) => [.. trace.Where(entry => entry.Name == name).SelectMany(entry => entry.ToInt32())];
    }

    private static int[] RandomRow(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => random.Next(-32768, 32768))];

    private static double[] Real(int[] values, int fraction) => Array.ConvertAll(values, v => Math.ScaleB(v, -fraction));

    private static (double Error, double Signal) Compare(short[] pcm, double[] expected)
    {
        double error = 0, signal = 0;
        int sounding = 0;
        for (int i = 0; i < pcm.Length; i++)
        {
            double value = expected[i] * 32768;
            Assert.InRange(value, -32767, 32767); // the phrase must not saturate
            if (Math.Abs(value) < 0.5)
                continue; // silence would dilute the error

            sounding++;
            error += (pcm[i] - value) * (pcm[i] - value);
            signal += value * value;
        }

        return (Math.Sqrt(error / sounding), Math.Sqrt(signal / sounding));
    }
}
