using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Tests.Models.Golden;
using Xunit.Abstractions;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

public class FrontEndTests(ITestOutputHelper output)
{
    private static readonly Lazy<SyntheticFrontEnd> Model = new(() => SyntheticFrontEnd.Of(EdgeGolden.Light.Encoder!, 320));

    [Theory]
    [InlineData(7, 40)]
    [InlineData(7, 128)] // no samples kept
    [InlineData(9, 160)]
    [InlineData(10, 320)]
    [InlineData(11, 512)]
    public void Every_value_of_synthetic_signals_lies_within_the_rounding_of_the_real_front_end(int log2Fft, int hop)
    {
        SyntheticFrontEnd frontEnd = SyntheticFrontEnd.Hann(log2Fft, hop, 12);
        foreach ((string name, short[] pcm) in Signals(14 * hop))
            AssertWithinRounding(frontEnd, pcm, $"N = {1 << log2Fft}, {name}");
    }

    [Fact]
    public void Every_value_of_speech_lies_within_the_rounding_of_the_real_front_end() => AssertWithinRounding(Model.Value, Speech()[..(70 * 320)], "clip 0");

    /// <summary>
    /// The golden values are float32 (6e-8 of a magnitude) with unrounded weights (2^-21 each); what remains is the rounding of the transform. The sharp bound for every
    /// value is that of <see cref="AssertWithinRounding"/>; here the errors of a real clip as a whole stay below one step of the output.
    /// </summary>
    [Fact]
    public void Speech_gives_the_golden_values()
    {
        float[] golden = EdgeGolden.Vector("clip0-activations/enc.norm_mel").Floats, mel = EdgeGolden.Vector("clip0.mel").Floats;
        int[] actual = Run(Model.Value.Constants(), Speech());
        Assert.Equal(golden.Length, actual.Length);
        double worst = 0, squares = 0, melWorst = 0;
        for (int i = 0; i < golden.Length; i++)
        {
            double error = actual[i] * SyntheticFrontEnd.Step - golden[i];
            worst = Math.Max(worst, Math.Abs(error));
            squares += error * error;
            melWorst = Math.Max(melWorst, Math.Abs(actual[i] * SyntheticFrontEnd.Step / Model.Value.Gain[i % 80] + Model.Value.Mean[i % 80] - mel[i]));
        }

        double rms = Math.Sqrt(squares / golden.Length);
        output.WriteLine($"normalized mel: largest error {worst:E3} ({worst / SyntheticFrontEnd.Step:F2} steps), rms {rms:E3} ({rms / SyntheticFrontEnd.Step:F2} steps); log mel: largest {melWorst:E3}");
        Assert.InRange(rms, 0, SyntheticFrontEnd.Step);
    }

    [Fact]
    public void Silence_is_the_floor_and_a_reset_forgets_the_samples()
    {
        FrontEndConstants constants = Model.Value.Constants();
        var frontEnd = new FrontEndOracle(constants);
        int[] silence = new int[80], first = new int[80], second = new int[80], again = new int[80];
        frontEnd.Hop(new short[320], silence);
        for (int j = 0; j < 80; j++)
            Assert.InRange(silence[j] * SyntheticFrontEnd.Step - (Math.Log(1e-5f) - Model.Value.Mean[j]) * Model.Value.Gain[j], -SyntheticFrontEnd.Step, SyntheticFrontEnd.Step);

        short[] hop = Speech()[6400..6720];
        frontEnd.Reset();
        frontEnd.Hop(hop, first);
        frontEnd.Hop(hop, second);
        frontEnd.Reset();
        frontEnd.Hop(hop, again);
        Assert.Equal(first, again);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void The_trace_has_the_magnitudes()
    {
        var trace = new List<TraceEntry>();
        SyntheticFrontEnd real = SyntheticFrontEnd.Hann(7, 40, 6);
        FrontEndConstants constants = real.Constants();
        var frontEnd = new FrontEndOracle(constants);
        short[] pcm = [.. Enumerable.Range(0, 40).Select(n => (short)(12000 * Math.Sin(0.7 * n)))];
        frontEnd.Hop(pcm, new int[6], trace);
        TraceEntry entry = Assert.Single(trace);
        Assert.Equal(("frontend.magnitude", 65 * 4), (entry.Name, entry.Data.Length));
        double[] expected = new FloatFrontEnd(constants).Magnitudes(pcm, 0);
        uint[] actual = MemoryMarshal.Cast<byte, uint>(entry.Data).ToArray();
        for (int k = 0; k <= 64; k++)
            Assert.InRange(Math.ScaleB(actual[k], -25) - expected[k], -MagnitudeError(7, expected), MagnitudeError(7, expected));
    }

    [Fact]
    public void Constants_that_contradict_the_text_are_refused()
    {
        FrontEndConstants good = SyntheticFrontEnd.Hann(7, 40, 6).Constants();
        Assert.Throws<ArgumentException>(() => new FrontEndOracle(good with { Log2Fft = 8 }));
        Assert.Throws<ArgumentException>(() => new FrontEndOracle(good with { Hop = 129 }));
        Assert.Throws<ArgumentException>(() => new FrontEndOracle(good with { Floor = 0 }));
        Assert.Throws<ArgumentException>(() => new FrontEndOracle(good with { Gain = [1 << 30, .. good.Gain[1..]] }));
        Assert.Throws<ArgumentException>(() => new FrontEndOracle(good with { Weight = good.Weight[1..] }));
        Assert.Throws<ArgumentException>(() => new FrontEndOracle(good with { First = [65, .. good.First[1..]] }));
        Assert.Throws<ArgumentException>(() => new FrontEndOracle(good).Hop(new short[39], new int[6]));
        Assert.Throws<OverflowException>(() => new FrontEndOracle(good with { LeftShift = 6 }).Hop(new short[40], new int[6]));
    }

    // The largest error of a magnitude. In steps of X: the windowed samples are rounded to 1/2, N of them, scaled by 1/M (together 1); each of the b-1 stages of the
    // transform adds at most sqrt(2) + 1/2 (IntegerFftTests) and two of its points enter a bin with weights of sum at most sqrt(2); S >> 1 and T are rounded by
    // at most 1/2 a component each (sqrt(2) together), the entries of the sine table by 2^-31 (1/2). For N = 2048 every second angle lies between entries: the
    // chord error of the sine. A magnitude has four steps to one of X, is rounded, and has the chord error of the reciprocal square root.
    private static double MagnitudeError(int log2Fft, double[] magnitude)
    {
        double bin = 1 + Math.Sqrt(2) * (log2Fft - 1) * (Math.Sqrt(2) + 0.5) + Math.Sqrt(2) + 0.5;
        double chord = log2Fft == 11 ? Math.Pow(Math.PI / 512, 2) / 8 : 0;
        double root = 3 / 32.0 / 4096 + Math.ScaleB(1, -29);
        return Math.ScaleB(4 * bin + 0.5, log2Fft - 32) + magnitude.Max() * (chord + root);
    }

    private void AssertWithinRounding(SyntheticFrontEnd frontEnd, short[] pcm, string name)
    {
        FrontEndConstants constants = frontEnd.Constants();
        var reference = new FloatFrontEnd(constants);
        int[] actual = Run(constants, pcm);
        int bands = constants.First.Length;
        double squares = 0, worst = 0, floor = Math.ScaleB(constants.Floor, frontEnd.Log2Fft - 52);
        for (int t = 0; t < pcm.Length / constants.Hop; t++)
        {
            double[] magnitude = reference.Magnitudes(pcm, t), mel = reference.Bands(magnitude);
            double slack = MagnitudeError(frontEnd.Log2Fft, magnitude) * (1 + 1e-4); // the weights of a band sum to 1 but for their rounding
            for (int j = 0; j < bands; j++)
            {
                // Half a step of rounding, half a unit of the multiplier, and the chord and rounding errors of the logarithm and the offset.
                double middle = Normalized(mel[j], j), log = (Math.ScaleB(1, 26 - 16) / 8 / Math.Log(2) + 3) * Math.ScaleB(constants.Gain[j], -32);
                double tolerance = 0.5 + log + 0.5 * Math.Abs(middle) / constants.Gain[j];
                double low = Math.Floor(Normalized(mel[j] - slack, j) - tolerance), high = Math.Ceiling(Normalized(mel[j] + slack, j) + tolerance);
                Assert.InRange(actual[t * bands + j], Math.Max(low, short.MinValue), Math.Min(high, short.MaxValue));
                double error = Math.Abs(actual[t * bands + j] - Math.Clamp(middle, short.MinValue, short.MaxValue));
                squares += error * error;
                worst = Math.Max(worst, error);
            }
        }

        output.WriteLine($"{name}: largest error {worst:F2} steps, rms {Math.Sqrt(squares / actual.Length):F3} steps");

        double Normalized(double mel, int j) => (Math.Log(Math.Max(mel, floor)) - frontEnd.Mean[j]) * frontEnd.Gain[j] / SyntheticFrontEnd.Step;
    }

    private static int[] Run(FrontEndConstants constants, short[] pcm)
    {
        var frontEnd = new FrontEndOracle(constants);
        int bands = constants.First.Length, hops = pcm.Length / constants.Hop;
        var rows = new int[hops * bands];
        for (int t = 0; t < hops; t++)
            frontEnd.Hop(pcm.AsSpan(t * constants.Hop, constants.Hop), rows.AsSpan(t * bands, bands));
        return rows;
    }

    // Clip 0 with zeros up to a whole number of frames.
    private static short[] Speech()
    {
        short[] pcm = Array.ConvertAll(EdgeGolden.Samples(0), v => checked((short)(v * 32768)));
        Array.Resize(ref pcm, EdgeGolden.Vector("clip0.mel").Shape[0] * 320);
        return pcm;
    }

    private static IEnumerable<(string Name, short[] Pcm)> Signals(int length)
    {
        var random = new Random(7);
        yield return ("lowest level", Make(_ => short.MinValue));
        yield return ("square at full scale", Make(n => n / 16 % 2 == 0 ? short.MaxValue : short.MinValue));
        yield return ("rising sine", Make(n => 30000 * Math.Sin(1.5 * n * n / length)));
        yield return ("noise", Make(_ => random.Next(-8000, 8001)));
        yield return ("faint noise", Make(_ => random.Next(-3, 4)));
        yield return ("click", Make(n => n == length / 2 ? 20000 : 0));

        short[] Make(Func<int, double> sample) => [.. Enumerable.Range(0, length).Select(n => (short)sample(n))];
    }
}
