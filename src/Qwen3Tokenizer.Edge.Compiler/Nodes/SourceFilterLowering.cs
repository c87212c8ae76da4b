using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>The source-filter head, recognised from its inverse transform backwards, as one operation (native/ARITHMETIC.md, sections 4 and 5).</summary>
internal static class SourceFilterLowering
{
    private const int MaxHarmonics = 255;
    private const int MaxLog2Fft = 10;

    public static void Lower(Node node, LoweringContext context)
    {
        var inverse = (InverseStftNode)node;
        var filter = Expect<SpectralFilterNode>(node, 0);
        var transform = Expect<StftNode>(filter, 0);
        var oscillator = Expect<OscillatorNode>(transform, 0);
        var noise = Expect<NoiseNode>(Expect<StftNode>(filter, 1), 0);
        var pitch = Expect<SliceNode>(oscillator, 0);
        var magnitude = Expect<KnotsNode>(filter, 2);
        SliceNode harmonic = DelayedSlice(magnitude), noiseLog = DelayedSlice(Expect<KnotsNode>(filter, 3)), phase = DelayedSlice(Expect<KnotsNode>(filter, 4));
        Node head = pitch.Inputs[0];
        int knots = harmonic.Shape.Channels, hop = inverse.Shape.Channels;
        bool fits = harmonic.Offset == 0 && noiseLog.Offset == knots && phase.Offset == 2 * knots && pitch.Offset == 3 * knots
            && harmonic.Low == noiseLog.Low && harmonic.High == noiseLog.High && inverse.Mute == 1
            && transform.Window.AsSpan().SequenceEqual(inverse.Window) && inverse.Window.Length == 2 * hop
            && int.IsPow2(transform.TransformLength) && int.Log2(transform.TransformLength) is >= 2 and <= MaxLog2Fft && knots <= 256
            && hop >= 33 && harmonic.Low >= -14 && harmonic.High <= 4;
        if (!fits)
        {
            throw new BuildException($"{node.Name}: is not a source-filter head of the form that can be lowered.");
        }

        IntegerBuffer input = context.Buffer(head);
        double turnsPerHertz = 4294967296.0 / oscillator.SampleRate;
        int harmonics = (int)Math.Floor(oscillator.HarmonicLimit / oscillator.Minimum);
        if (harmonics > MaxHarmonics)
        {
            throw new BuildException($"{oscillator.Name}: {harmonics} harmonics exceed the {MaxHarmonics} that fixed point has room for.");
        }

        var constants = new SourceFilterConstants
        {
            Window = Array.ConvertAll(inverse.Window, w => (int)Math.Min(Math.Round(w * 2147483648.0, MidpointRounding.AwayFromZero), int.MaxValue)),
            Knot = Array.ConvertAll(magnitude.Index, i => (byte)i),
            Weight = Array.ConvertAll(magnitude.Weight, w => (ushort)FixedPoint.Round(w * 32768)),
            Hop = hop,
            Log2Fft = int.Log2(transform.TransformLength),
            Knots = knots,
            SplitRows = input.Channels != head.Shape.Channels,
            MagnitudeLow = FixedPoint.Round(harmonic.Low * Math.Log2(Math.E) * 1024),
            MagnitudeHigh = FixedPoint.Round(harmonic.High * Math.Log2(Math.E) * 1024),
            PitchLow = FixedPoint.Round(Math.Log2(oscillator.Minimum / oscillator.Reference) * 16384),
            PitchHigh = FixedPoint.Round(Math.Log2(oscillator.Maximum / oscillator.Reference) * 16384),
            PitchBase = FixedPoint.Round(Math.Log2(oscillator.Reference * turnsPerHertz) * 1048576),
            SlopeScale = FixedPoint.Round(68719476736.0 / hop),
            HarmonicLimit = (uint)Math.Round(oscillator.HarmonicLimit * turnsPerHertz),
            HarmonicMax = harmonics,
            DirichletMin = FixedPoint.Round(oscillator.DirichletEpsilon * 2147483648.0),
            NoiseSeed = noise.Seed,
        };
        var output = new IntegerBuffer(node.Name, ElementType.Int16, node.Shape.Rows, hop, 1.0 / 32768);
        context.Emit(node, new SourceFilterOperation(node.Name, output, input, constants));
    }

    private static T Expect<T>(Node node, int input)
        where T : Node => node.Inputs[input] as T
        ?? throw new BuildException($"{node.Name}: reads {node.Inputs[input].GetType().Name} where a source-filter head has {typeof(T).Name}.");

    private static SliceNode DelayedSlice(KnotsNode knots)
    {
        var delay = Expect<DelayNode>(knots, 0);
        return delay.Delay == 1 ? Expect<SliceNode>(delay, 0) : throw new BuildException($"{delay.Name}: delays by {delay.Delay} rows, a source-filter head by one.");
    }
}
