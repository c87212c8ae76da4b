using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>The nodes of a source-filter head and the ways in which one may be built differently.</summary>
internal sealed record SmallHead
{
    public double PitchReference { get; init; } = 150;

    public double PitchMin { get; init; } = 50;

    public double PitchMax { get; init; } = 500;

    public double HarmonicLimit { get; init; } = 3900;

    public double DirichletEpsilon { get; init; } = 1e-4;

    public float MagnitudeLow { get; init; } = -12;

    public float MagnitudeHigh { get; init; } = 3;

    public float NoiseHigh { get; init; } = 3;

    public float PhaseHigh { get; init; } = float.PositiveInfinity;

    public int Mute { get; init; } = 1;

    public int Delay { get; init; } = 1;

    public int PhaseOffset { get; init; } = 2;

    public int VoicingOffset { get; init; } = 1;

    public float WindowScale { get; init; } = 1;

    public bool NoiseWithOtherWindow { get; init; }

    public bool PhaseWithOtherKnots { get; init; }

    public bool VoicingNotDelayed { get; init; }

    /// <summary>Square root of a Hann window: its squares overlap to one.</summary>
    public static float[] Window(int hop) => [.. Enumerable.Range(0, 2 * hop).Select(n => (float)Math.Sin(Math.PI * (n + 0.5) / (2 * hop)))];

    public Node Append(SmallDecoder decoder, Node head)
    {
        int knots = decoder.Knots, bins = (decoder.TransformLength / 2) + 1;
        float[] window = [.. Window(decoder.Hop).Select(w => w * WindowScale)];
        int[] index = [.. Enumerable.Range(0, bins).Select(k => Math.Min(k * (knots - 1) / bins, knots - 2))];
        float[] weight = [.. Enumerable.Range(0, bins).Select(k => (float)((k * (knots - 1.0) / bins) - index[k]))];

        Node pitch = new SliceNode("head.pitch", head, 3 * knots, 1), voicing = new SliceNode("head.voicing", head, (3 * knots) + VoicingOffset, 1);
        Node harmonic = new OscillatorNode("source.harmonic", pitch, voicing, decoder.Hop, decoder.SampleRate, PitchReference, PitchMin, PitchMax, HarmonicLimit, DirichletEpsilon);
        Node noise = new NoiseNode("source.noise", head, decoder.Hop, 99);
        Node Filter(string name, int part, float low, float high, float[] weights) =>
            new KnotsNode($"filter.{name}", new DelayNode($"head.{name}.delayed", new SliceNode($"head.{name}", head, part * knots, knots, low, high), Delay), index, weights);
        Node spectrum = new SpectralFilterNode(
            "filter.spectrum",
            new StftNode("spectrum.harmonic", harmonic, window, decoder.TransformLength),
            new StftNode("spectrum.noise", noise, NoiseWithOtherWindow ? [.. window.Select(w => w / 2)] : window, decoder.TransformLength),
            Filter("harmonic", 0, MagnitudeLow, MagnitudeHigh, weight),
            Filter("noise", 1, MagnitudeLow, NoiseHigh, weight),
            Filter("phase", PhaseOffset, float.NegativeInfinity, PhaseHigh, PhaseWithOtherKnots ? [.. weight.Select(w => w / 2)] : weight),
            VoicingNotDelayed ? voicing : new DelayNode("head.voicing.delayed", voicing, 1));
        return new InverseStftNode("samples", spectrum, window, Mute);
    }
}
