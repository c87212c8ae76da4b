using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>The source-filter head, recognised from its inverse transform backwards, as one operation (native/ARITHMETIC.md, sections 4 and 5).</summary>
internal static class SourceFilterLowering
{
    private const int MaxHarmonics = 255;

    public static void Lower(Node node, LoweringContext context)
    {
        HeadParts parts = HeadParts.Find((InverseStftNode)node);
        if (parts.Head is not ConvNode head || !HeadLowering.IsHead(head, context))
        {
            throw new BuildException($"{parts.Head.Name}: the rows of a source-filter head must come from a matrix.");
        }

        IntegerBuffer input = context.Buffer(head);
        OscillatorNode oscillator = parts.Oscillator;
        int harmonics = (int)Math.Floor(oscillator.HarmonicLimit / oscillator.Minimum);
        if (harmonics > MaxHarmonics)
        {
            throw new BuildException($"{oscillator.Name}: {harmonics} harmonics exceed the {MaxHarmonics} that fixed point has room for.");
        }

        double turnsPerHertz = 4294967296.0 / oscillator.SampleRate;
        var constants = new SourceFilterConstants
        {
            Window = Array.ConvertAll(parts.Window, w => (int)Math.Min(Math.Round(w * 2147483648.0, MidpointRounding.AwayFromZero), int.MaxValue)),
            Knot = Array.ConvertAll(parts.Knots.Index, i => (byte)i),
            Weight = Array.ConvertAll(parts.Knots.Weight, w => (ushort)FixedPoint.Round(w * 32768)),
            Hop = parts.Hop,
            Log2Fft = int.Log2(parts.TransformLength),
            Knots = parts.KnotCount,
            SplitRows = input.Channels != head.Shape.Channels,
            MagnitudeLow = FixedPoint.Round(parts.Magnitude.Low * Math.Log2(Math.E) * 1024),
            MagnitudeHigh = FixedPoint.Round(parts.Magnitude.High * Math.Log2(Math.E) * 1024),
            PitchLow = FixedPoint.Round(Math.Log2(oscillator.Minimum / oscillator.Reference) * 16384),
            PitchHigh = FixedPoint.Round(Math.Log2(oscillator.Maximum / oscillator.Reference) * 16384),
            PitchBase = FixedPoint.Round(Math.Log2(oscillator.Reference * turnsPerHertz) * 1048576),
            SlopeScale = FixedPoint.Round(68719476736.0 / parts.Hop),
            HarmonicLimit = (uint)Math.Round(oscillator.HarmonicLimit * turnsPerHertz),
            HarmonicMax = harmonics,
            DirichletMin = FixedPoint.Round(oscillator.DirichletEpsilon * 2147483648.0),
            NoiseSeed = parts.Noise.Seed,
        };
        RequireRange(oscillator, constants);
        var output = new IntegerBuffer(node.Name, ElementType.Int16, node.Shape.Rows, parts.Hop, 1.0 / 32768);
        context.Emit(node, new SourceFilterOperation(node.Name, output, input, constants));
    }

    // The bounds that section 5 asks the emitter to keep, as far as the head's shape does not imply them.
    private static void RequireRange(OscillatorNode oscillator, SourceFilterConstants c)
    {
        long highest = ((long)c.PitchHigh << 6) + c.PitchBase;
        if (c.HarmonicLimit > int.MaxValue || highest >> 20 > 29 || c.DirichletMin < 1)
        {
            throw new BuildException(FormattableString.Invariant(
                $"{oscillator.Name}: pitch up to {oscillator.Maximum} Hz, harmonics up to {oscillator.HarmonicLimit} Hz at {oscillator.SampleRate} Hz and dirichlet epsilon {oscillator.DirichletEpsilon} do not fit fixed point."));
        }
    }
}
