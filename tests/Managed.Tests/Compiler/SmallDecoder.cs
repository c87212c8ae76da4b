using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>
/// A decoder graph of a few channels, built from nodes: embedding, convolution, a ConvNeXt block at each rate, a source-filter head. Every part can be replaced, so
/// that a test can show what lowering makes of another one.
/// </summary>
internal sealed record SmallDecoder
{
    public const int Layers = 3, Entries = 16, Dim = 8, Wide = 12, Narrow = 10;
    private readonly Random _random = new(7);

    public string Name { get; init; } = "small";

    public bool Concatenate { get; init; }

    public int Hops { get; init; } = 4;

    public int Hop { get; init; } = 40;

    public int TransformLength { get; init; } = 128;

    public int Knots { get; init; } = 6;

    public int SampleRate { get; init; } = 8000;

    public int ConvTaps { get; init; } = 3;

    public int DepthwiseTaps { get; init; } = 5;

    /// <summary>Between the codes and the embedding.</summary>
    public Func<Node, Node> Codes { get; init; } = x => x;

    /// <summary>Between the block at the token rate and the split into hops.</summary>
    public Func<Node, Node> Middle { get; init; } = x => x;

    /// <summary>Between the block at the hop rate and the head's norm.</summary>
    public Func<Node, Node> End { get; init; } = x => x;

    /// <summary>Between the head's matrix and the source filter.</summary>
    public Func<Node, Node> Rows { get; init; } = x => x;

    /// <summary>The last norm of the network.</summary>
    public Func<Node, Node> Norm { get; init; } = x => new LayerNormNode("norm", x, 1e-6);

    public SmallHead Head { get; init; } = new();

    /// <summary>Values of a standard normal distribution (Box and Muller 1958).</summary>
    public static IEnumerable<float> Normal(Random random, int count, double deviation = 1) =>
        Enumerable.Range(0, count).Select(_ => (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));

    public Graph Build()
    {
        Node x = Codes(new InputNode("codes", 1, Layers));
        x = new EmbedNode("input", x, Normal(_random, Layers * Entries * Dim).ToArray(), Layers, Entries, Dim, Concatenate ? EmbedCombination.Concatenate : EmbedCombination.Sum);
        x = Middle(Block("b1", Conv("conv_in", x, Wide, ConvTaps)));
        x = Hops == 1 ? Conv("split", x, Narrow, 1) : new FoldNode("frames", Conv("split", x, Hops * Narrow, 1), Hops);
        x = Norm(End(Block("b2", x)));
        return new Graph(Name, Head.Append(this, Rows(HeadMatrix(x))));
    }

    public Node Block(string name, Node x)
    {
        int channels = x.Shape.Channels;
        Node d = new ConvNode($"{name}.dw", x, Normal(_random, channels * DepthwiseTaps, 0.5).ToArray(), [.. Normal(_random, channels, 0.2)], channels, DepthwiseTaps, groups: channels);
        Node h = Conv($"{name}.pw1", new LayerNormNode($"{name}.norm", d, 1e-6), 3 * channels, 1);
        Node y = Conv($"{name}.pw2", new ActivationNode($"{name}.gelu", h, ActivationKind.Gelu), channels, 1);
        return new AddNode(name, x, y);
    }

    public ConvNode Conv(string name, Node x, int outputs, int taps)
    {
        int inputs = x.Shape.Channels;
        return new ConvNode(name, x, Normal(_random, outputs * inputs * taps, 1 / Math.Sqrt(inputs * taps)).ToArray(), [.. Normal(_random, outputs, 0.1)], outputs, taps);
    }

    public CalibrationStatistics Statistics(Graph graph) => CalibrationStatistics.Gather(graph, [CodesOf(20, 1), CodesOf(60, 2)]);

    public LoweredGraph Lower(Graph graph, LoweringOptions? options = null) => GraphLowering.Lower(graph, Statistics(graph), options);

    public static FloatTensor CodesOf(int frames, int seed)
    {
        var random = new Random(seed);
        return new FloatTensor(frames, Layers, [.. Enumerable.Range(0, frames * Layers).Select(_ => (float)random.Next(Entries))]);
    }

    // Log magnitudes around -3, phases within a turn, an octave of pitch around the reference, voicing that changes.
    private ConvNode HeadMatrix(Node x)
    {
        int inputs = x.Shape.Channels, outputs = (3 * Knots) + 2;
        var weight = new float[outputs * inputs];
        var bias = new float[outputs];
        for (int o = 0; o < outputs; o++)
        {
            double deviation = o < 3 * Knots ? 0.8 : o == 3 * Knots ? 0.3 : 1;
            Normal(_random, inputs, deviation / Math.Sqrt(inputs)).ToArray().CopyTo(weight, o * inputs);
            bias[o] = o < 2 * Knots ? -3 : o == outputs - 1 ? 0.5f : 0;
        }

        return new ConvNode("head", x, weight, bias, outputs);
    }
}
