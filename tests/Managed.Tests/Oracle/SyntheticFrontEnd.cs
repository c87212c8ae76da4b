using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>A log-mel front-end in reals: its constants by the definitions of native/ARITHMETIC.md section 7.1.</summary>
/// <param name="Window">N values.</param>
/// <param name="Mel">[band][bin], N/2 + 1 bins.</param>
/// <param name="Mean">Mean of every band, natural logarithm.</param>
/// <param name="Gain">Reciprocal standard deviation of every band.</param>
/// <param name="Floor">mel_floor.</param>
/// <param name="Hop">H.</param>
internal sealed record SyntheticFrontEnd(double[] Window, double[][] Mel, double[] Mean, double[] Gain, double Floor, int Hop)
{
    /// <summary>One step of the output.</summary>
    public const double Step = 8.0 / 32767;

    /// <summary>b.</summary>
    public int Log2Fft => (int)Math.Round(Math.Log2(Window.Length));

    /// <summary>That of a model's encoder.</summary>
    public static SyntheticFrontEnd Of(Graph encoder, int hop)
    {
        StftNode stft = encoder.Nodes.OfType<StftNode>().Single();
        ConvNode mel = encoder.Nodes.OfType<ConvNode>().Single(n => n.Name == "frontend.mel");
        AffineNode affine = encoder.Nodes.OfType<AffineNode>().Single();
        int bins = stft.TransformLength / 2 + 1;
        return new SyntheticFrontEnd(
            ToDoubles(stft.Window),
            [.. Enumerable.Range(0, mel.Shape.Channels).Select(j => ToDoubles(mel.Weight[(j * bins)..((j + 1) * bins)].ToArray()))],
            ToDoubles(affine.Offset),
            ToDoubles(affine.Gain),
            encoder.Nodes.OfType<LogNode>().Single().Floor,
            hop);
    }

    /// <summary>A periodic Hann window and triangular bands over equal parts of the spectrum, each divided by its sum.</summary>
    public static SyntheticFrontEnd Hann(int log2Fft, int hop, int bands)
    {
        int points = 1 << log2Fft;
        double width = points / 2.0 / (bands + 1);
        double[][] mel = [.. Enumerable.Range(1, bands).Select(j => Enumerable.Range(0, points / 2 + 1).Select(k => Math.Max(0, 1 - Math.Abs(k - j * width) / width)).ToArray())];
        return new SyntheticFrontEnd(
            [.. Enumerable.Range(0, points).Select(n => 0.5 - 0.5 * Math.Cos(2 * Math.PI * n / points))],
            [.. mel.Select(row => Array.ConvertAll(row, w => w / row.Sum()))],
            [.. Enumerable.Range(0, bands).Select(j => -4 + 0.3 * j)],
            [.. Enumerable.Range(0, bands).Select(j => 0.4 + 0.02 * j)],
            1e-5,
            hop);
    }

    /// <summary>Integer constants for an output step of <see cref="Step"/>; no left shift.</summary>
    public FrontEndConstants Constants()
    {
        ushort[] first = [.. Mel.Select(row => (ushort)Array.FindIndex(row, w => w > 0))];
        ushort[] count = [.. Mel.Select(row => (ushort)(Array.FindLastIndex(row, w => w > 0) - Array.FindIndex(row, w => w > 0) + 1))];
        return new FrontEndConstants
        {
            Window = [.. Window.Select(w => (int)Math.Min(Math.Round(Math.ScaleB(w, 31)), int.MaxValue))],
            First = first,
            Count = count,
            Weight = [.. Mel.SelectMany((row, j) => row.Skip(first[j]).Take(count[j])).Select(w => (uint)Math.Round(Math.ScaleB(w, 20)))],
            Offset = [.. Mean.Select(mean => (int)Math.Round(Math.ScaleB(mean / Math.Log(2), 26)))],
            Gain = [.. Gain.Select(gain => (int)Math.Round(Math.ScaleB(gain * Math.Log(2) / Step, 32 - 26)))],
            Floor = (ulong)Math.Round(Math.ScaleB(Floor, 52 - Log2Fft)),
            Hop = Hop,
            Log2Fft = Log2Fft,
            LeftShift = 0,
        };
    }

    private static double[] ToDoubles(float[] values) => Array.ConvertAll(values, v => (double)v);
}
