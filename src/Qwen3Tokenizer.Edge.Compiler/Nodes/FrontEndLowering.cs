using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>The log-mel front-end, recognised from its normalization backwards, as one operation (native/ARITHMETIC.md, section 7.1).</summary>
internal static class FrontEndLowering
{
    private const int MinLog2Fft = 7;
    private const int MaxLog2Fft = 11;
    private const double WeightSteps = 1 << 20;
    private const double LogSteps = 1 << 26;

    /// <summary>Whether a matrix is the mel filter bank of a front-end.</summary>
    public static bool IsFilterBank(ConvNode conv) => conv.Inputs[0] is MagnitudeNode;

    public static void Lower(Node node, LoweringContext context)
    {
        var normalized = (AffineNode)node;
        LogNode log = Expect<LogNode>(normalized);
        ConvNode mel = Expect<ConvNode>(log);
        StftNode transform = Expect<StftNode>(Expect<MagnitudeNode>(mel));
        int log2 = int.Log2(transform.TransformLength), bands = mel.Shape.Channels, hop = transform.Inputs[0].Shape.Channels;
        bool fits = transform.Inputs[0] is InputNode && int.IsPow2(transform.TransformLength) && log2 is >= MinLog2Fft and <= MaxLog2Fft
            && transform.Window.Length == transform.TransformLength && transform.Window.All(w => w is >= 0 and <= 1)
            && transform.Window.Sum(w => (double)w) < transform.TransformLength * (1 - (1.0 / 1024)) && hop <= transform.TransformLength
            && mel.Kernel == 1 && mel.Bias.All(b => b == 0) && !mel.Weight.Span.ContainsAnyExceptInRange(0f, 1f) && hop % 2 == 0;
        if (!fits)
        {
            throw new BuildException($"{node.Name}: is not a log-mel front-end that can be lowered.");
        }

        // Fraction bits of a band: 22 of the magnitude of a transform of 2^10 points (one more for each halving of it) and 20 of the weights.
        int fraction = 22 + 20 + (10 - log2);
        double floor = Math.Round(log.Floor * Math.Pow(2, fraction));
        if (floor < 1)
        {
            throw new BuildException(FormattableString.Invariant($"{log.Name}: floor {log.Floor} is below what fixed point resolves."));
        }

        IntegerBuffer output = context.WideBuffer(node);
        (ushort[] first, ushort[] count, uint[] weight) = Bands(mel, bands);
        double[] offset = Array.ConvertAll(normalized.Offset, o => o / Math.Log(2) * LogSteps);
        double[] factors = Array.ConvertAll(normalized.Gain, g => g * Math.Log(2) / (LogSteps * output.Scale));
        (int[] gain, int shift) = FixedPoint.Requantizer(node.Name, factors);
        Prove(node.Name, offset, floor, fraction, shift);
        context.Emit(node, new FrontEndOperation(node.Name, output, new FrontEndConstants
        {
            Window = Array.ConvertAll(transform.Window, w => (int)Math.Min(Math.Round(w * 2147483648.0, MidpointRounding.AwayFromZero), int.MaxValue)),
            First = first,
            Count = count,
            Weight = weight,
            Offset = Array.ConvertAll(offset, FixedPoint.Round),
            Gain = gain,
            Floor = (ulong)floor,
            Hop = hop,
            Log2Fft = log2,
            LeftShift = shift,
        }));
    }

    private static (ushort[] First, ushort[] Count, uint[] Weight) Bands(ConvNode mel, int bands)
    {
        int bins = mel.Inputs[0].Shape.Channels;
        var first = new ushort[bands];
        var count = new ushort[bands];
        var weight = new List<uint>();
        for (int j = 0; j < bands; j++)
        {
            uint[] row = Array.ConvertAll(mel.Weight.Span.Slice(j * bins, bins).ToArray(), w => (uint)Math.Round(w * WeightSteps));
            int low = Array.FindIndex(row, w => w != 0), high = Array.FindLastIndex(row, w => w != 0);
            if (low < 0)
            {
                throw new BuildException($"{mel.Name}: band {j} has no weight.");
            }

            (first[j], count[j]) = ((ushort)low, (ushort)(high - low + 1));
            weight.AddRange(row[low..(high + 1)]);
        }

        return (first, count, [.. weight]);
    }

    // L lies between the logarithm of the floor and that of the loudest band: full scale through a window of ones.
    private static void Prove(string name, double[] offset, double floor, int fraction, int shift)
    {
        double lowest = (Math.Log2(floor) - fraction) * LogSteps, highest = 13 * LogSteps;
        foreach (double o in offset)
        {
            double bound = Math.Max(Math.Abs(lowest - o), Math.Abs(highest - o)) * (1 << shift);
            if (bound > int.MaxValue || lowest < -30 * LogSteps)
            {
                throw new BuildException($"{name}: the normalization of a band may reach {bound:E3} and overflow 32 bits.");
            }
        }
    }

    private static T Expect<T>(Node node)
        where T : Node => node.Inputs[0] as T
        ?? throw new BuildException($"{node.Name}: reads {node.Inputs[0].GetType().Name} where a log-mel front-end has {typeof(T).Name}.");
}
