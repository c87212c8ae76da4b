using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>The nodes between a head row and the samples, every connection checked: what is not exactly this shape would sound different as one integer operation.</summary>
internal sealed record HeadParts
{
    private const int MaxLog2Fft = 10;
    private const int MaxKnots = 256;
    private const int MaxHops = 64;

    // Below, the slope of the pitch between two rows does not fit 32 bits (kh).
    private const int MinHop = 33;

    // exp(4) and exp(-14): the gains whose shifts stay in range for every transform length.
    private const float LowestMagnitude = -14;
    private const float HighestMagnitude = 4;

    /// <summary>Gives the head's rows.</summary>
    public required Node Head { get; init; }

    /// <summary>Harmonic source.</summary>
    public required OscillatorNode Oscillator { get; init; }

    /// <summary>Noise source.</summary>
    public required NoiseNode Noise { get; init; }

    /// <summary>Slice of the harmonic log magnitudes, with the limits of both filters.</summary>
    public required SliceNode Magnitude { get; init; }

    /// <summary>Interpolation from knots to bins, common to all three filters.</summary>
    public required KnotsNode Knots { get; init; }

    /// <summary>Window of analysis and synthesis.</summary>
    public required float[] Window { get; init; }

    /// <summary>n_fft.</summary>
    public required int TransformLength { get; init; }

    /// <summary>Samples a hop.</summary>
    public int Hop => Window.Length / 2;

    /// <summary>Knots of a filter.</summary>
    public int KnotCount => Magnitude.Shape.Channels;

    /// <summary>Finds the parts that end in <paramref name="inverse"/>.</summary>
    /// <exception cref="BuildException">Something else stands where a part should be.</exception>
    public static HeadParts Find(InverseStftNode inverse)
    {
        var filter = Expect<SpectralFilterNode>(inverse, 0);
        StftNode harmonic = Expect<StftNode>(filter, 0), noise = Expect<StftNode>(filter, 1);
        var oscillator = Expect<OscillatorNode>(harmonic, 0);
        SliceNode pitch = Expect<SliceNode>(oscillator, 0), voicing = Expect<SliceNode>(oscillator, 1);
        KnotsNode[] knots = [Expect<KnotsNode>(filter, 2), Expect<KnotsNode>(filter, 3), Expect<KnotsNode>(filter, 4)];
        SliceNode[] slices = [Delayed(knots[0]), Delayed(knots[1]), Delayed(knots[2])];
        var parts = new HeadParts
        {
            Head = pitch.Inputs[0],
            Oscillator = oscillator,
            Noise = Expect<NoiseNode>(noise, 0),
            Magnitude = slices[0],
            Knots = knots[0],
            Window = inverse.Window,
            TransformLength = harmonic.TransformLength,
        };
        Require(inverse, DelayedInput(filter, 5) == voicing, "its filter and its source differ in voicing");
        Require(inverse, slices.Append(pitch).Append(voicing).All(s => s.Inputs[0] == parts.Head), "its values come from different rows");
        parts.RequireRow(inverse, slices, pitch, voicing);
        parts.RequireFilters(inverse, knots, [harmonic, noise]);
        return parts;
    }

    // a, n, p, u, v, in this order and nothing else.
    private void RequireRow(Node inverse, SliceNode[] slices, SliceNode pitch, SliceNode voicing)
    {
        int k = KnotCount;
        Require(inverse, k is >= 2 and <= MaxKnots, $"it has {k} knots, 2 to {MaxKnots} are possible");
        Require(inverse, slices.All(s => s.Shape.Channels == k) && Head.Shape.Channels == (3 * k) + 2, $"its rows of {Head.Shape.Channels} are not three filters of {k} knots, pitch and voicing");
        Require(inverse, slices[0].Offset == 0 && slices[1].Offset == k && slices[2].Offset == 2 * k && pitch.Offset == 3 * k && voicing.Offset == (3 * k) + 1, "its rows have another order");
        Require(inverse, slices[0].Low == slices[1].Low && slices[0].High == slices[1].High, "its two filters have different limits");
        Require(inverse, Magnitude.Low >= LowestMagnitude && Magnitude.High <= HighestMagnitude, FormattableString.Invariant($"its log magnitudes {Magnitude.Low}..{Magnitude.High} exceed {LowestMagnitude}..{HighestMagnitude}"));
        Require(inverse, new[] { slices[2], pitch, voicing }.All(s => float.IsNegativeInfinity(s.Low) && float.IsPositiveInfinity(s.High)), "phase, pitch or voicing is clipped");
    }

    private void RequireFilters(InverseStftNode inverse, KnotsNode[] knots, StftNode[] transforms)
    {
        Require(inverse, knots.All(n => n.Index.AsSpan().SequenceEqual(Knots.Index) && n.Weight.AsSpan().SequenceEqual(Knots.Weight)), "its filters have different knots");
        Require(inverse, transforms.All(t => t.TransformLength == TransformLength && t.Window.AsSpan().SequenceEqual(Window)), "its transforms differ in window or length");
        Require(inverse, int.IsPow2(TransformLength) && int.Log2(TransformLength) is >= 2 and <= MaxLog2Fft, $"its transform of {TransformLength} is not a power of two up to {1 << MaxLog2Fft}");
        Require(inverse, Window.All(w => w is >= 0 and <= 1), "its window leaves 0..1");
        Require(inverse, Hop >= MinHop && Oscillator.Shape.Channels == Hop && Noise.Shape.Channels == Hop, $"its hops of {Oscillator.Shape.Channels} and {Noise.Shape.Channels} samples are not half a window of {Window.Length}, or shorter than {MinHop}");
        Require(inverse, inverse.Mute == 1, $"it mutes {inverse.Mute} rows, one was expected");
        Require(inverse, inverse.Shape.Rows is >= 2 and <= MaxHops, $"it has {inverse.Shape.Rows} hops a frame, 2 to {MaxHops} are possible");
    }

    private static void Require(Node node, bool condition, string what)
    {
        if (!condition)
        {
            throw new BuildException($"{node.Name}: is not a source-filter head that can be lowered: {what}.");
        }
    }

    private static T Expect<T>(Node node, int input)
        where T : Node => node.Inputs[input] as T
        ?? throw new BuildException($"{node.Name}: reads {node.Inputs[input].GetType().Name} where a source-filter head has {typeof(T).Name}.");

    private static SliceNode Delayed(KnotsNode knots) => DelayedInput(knots, 0);

    private static SliceNode DelayedInput(Node node, int input)
    {
        var delay = Expect<DelayNode>(node, input);
        return delay.Delay == 1 ? Expect<SliceNode>(delay, 0) : throw new BuildException($"{delay.Name}: delays by {delay.Delay} rows, a source-filter head by one.");
    }
}
