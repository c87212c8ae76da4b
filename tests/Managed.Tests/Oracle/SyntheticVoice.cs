using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>A source-filter head of a given size, and made-up head rows for it.</summary>
/// <param name="SampleRate">Samples per second.</param>
/// <param name="Hop">Samples a hop.</param>
/// <param name="Log2Fft">N = 2^b.</param>
/// <param name="Knots">Knots, equally spaced on the HTK mel scale from 0 to half the sample rate.</param>
/// <param name="HarmonicLimit">Highest harmonic in Hz.</param>
/// <param name="PitchReference">f0_ref in Hz.</param>
internal sealed record SyntheticVoice(int SampleRate, int Hop, int Log2Fft, int Knots, double HarmonicLimit, double PitchReference = 150)
{
    /// <summary>The sizes of edge-light.</summary>
    public static readonly SyntheticVoice Light = new(16000, 320, 10, 80, 7900);

    /// <summary>The sizes of edge-meter.</summary>
    public static readonly SyntheticVoice Meter = new(8000, 160, 9, 40, 3900);

    /// <summary>Constants by the formulas of native/ARITHMETIC.md section 5.</summary>
    public SourceFilterConstants Constants()
    {
        int bins = (1 << Log2Fft) / 2 + 1;
        var knot = new byte[bins];
        var weight = new ushort[bins];
        for (int k = 0; k < bins; k++)
        {
            double position = Mel(SampleRate / 2.0 * k / (bins - 1)) / Mel(SampleRate / 2.0) * (Knots - 1);
            knot[k] = (byte)Math.Min((int)position, Knots - 2);
            weight[k] = (ushort)Math.Round((position - knot[k]) * 32768);
        }

        return new SourceFilterConstants
        {
            Hop = Hop,
            Log2Fft = Log2Fft,
            Knots = Knots,
            Knot = knot,
            Weight = weight,
            Window = [.. Enumerable.Range(0, 2 * Hop).Select(n => (int)Math.Min(Math.Round(Math.ScaleB(Window(n), 31)), int.MaxValue))],
            SplitRows = false,
            MagnitudeLow = (int)Math.Round(-14 * Math.Log2(Math.E) * 1024),
            MagnitudeHigh = (int)Math.Round(3 * Math.Log2(Math.E) * 1024),
            PitchLow = (int)Math.Round(Math.Log2(50 / PitchReference) * 16384),
            PitchHigh = (int)Math.Round(Math.Log2(500 / PitchReference) * 16384),
            PitchBase = (int)Math.Round(Math.Log2(Math.ScaleB(PitchReference, 32) / SampleRate) * (1 << 20)),
            SlopeScale = (int)Math.Round(Math.ScaleB(1, 36) / Hop),
            HarmonicLimit = (uint)Math.Round(Math.ScaleB(HarmonicLimit, 32) / SampleRate),
            HarmonicMax = (int)(HarmonicLimit / 50),
            DirichletMin = (int)Math.Round(1e-4 * Math.ScaleB(1, 31)),
            NoiseSeed = 1,
        };
    }

    /// <summary>The square root of the periodic Hann window of two hops.</summary>
    public double Window(int n) => Math.Sin(Math.PI * n / (2 * Hop));

    /// <summary>A row whose knots follow a falling spectrum with a formant.</summary>
    /// <param name="harmonic">Level of the harmonics at 0 Hz, log2.</param>
    /// <param name="noise">Level of the noise, log2.</param>
    /// <param name="pitch">U, Q14.</param>
    /// <param name="voiced">Whether it is voiced.</param>
    /// <param name="turn">Phase slope over the knots in turns.</param>
    public int[] Row(double harmonic, double noise, int pitch, bool voiced, double turn)
    {
        var row = new int[3 * Knots + 2];
        for (int i = 0; i < Knots; i++)
        {
            double x = (double)i / (Knots - 1);
            row[i] = (int)((harmonic - 4 * x + 1.5 * Math.Cos(9 * x)) * 1024);
            row[Knots + i] = (int)((noise + 2 * x) * 1024);
            row[2 * Knots + i] = (int)(turn * x * 2048);
        }

        row[3 * Knots] = pitch;
        row[3 * Knots + 1] = voiced ? 700 : -700;
        return row;
    }

    /// <summary>Silence, a rising voice, an unvoiced stretch, silence, and a falling voice: 28 rows.</summary>
    public int[][] Phrase()
    {
        int[] silence = Row(-30, -30, 0, false, 0);
        return
        [
            .. Enumerable.Repeat(silence, 3),
            .. Enumerable.Range(0, 10).Select(t => Row(-3.5, -9, Pitch(100 + 13 * t), true, 0.2 * t)),
            .. Enumerable.Range(0, 4).Select(t => Row(-3, -5 - 0.3 * t, Pitch(180), false, 1)),
            .. Enumerable.Repeat(silence, 5),
            .. Enumerable.Range(0, 6).Select(t => Row(-4, -8, Pitch(221 - 9 * t), true, -0.3 * t)),
        ];
    }

    private int Pitch(double hertz) => (int)Math.Round(Math.Log2(hertz / PitchReference) * 16384);

    private static double Mel(double hertz) => 2595 * Math.Log10(1 + hertz / 700);
}
