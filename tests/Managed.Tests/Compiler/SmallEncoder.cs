using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>
/// An encoder graph of a few channels, built from nodes: log-mel front-end, convolution, a ConvNeXt block at each rate, rows joined between them, codebooks. Parts can be replaced.
/// </summary>
internal sealed record SmallEncoder
{
    public const int Hops = 4, Bands = 10, Layers = 3, Entries = 16, Dim = 8, Wide = 12;
    private readonly Random _random = new(3);

    public int Hop { get; init; } = 40;

    public int TransformLength { get; init; } = 128;

    public int Taps { get; init; } = 3;

    public float Floor { get; init; } = 1e-3f;

    public float WindowScale { get; init; } = 1;

    public float MelScale { get; init; } = 0.1f;

    public float MelBias { get; init; }

    public float Mean { get; init; } = -2;

    public int CodebookLayers { get; init; } = Layers;

    public float EntryScale { get; init; } = 1;

    /// <summary>Between the samples and the transform.</summary>
    public Func<Node, Node> Samples { get; init; } = x => x;

    /// <summary>Between the bands and their logarithm.</summary>
    public Func<Node, Node> Energies { get; init; } = x => x;

    /// <summary>Between the norm and the fold that joins the rows.</summary>
    public Func<Node, Node> Joined { get; init; } = x => x;

    /// <summary>Between the last norm's matrix and the codebooks.</summary>
    public Func<Node, Node> Latent { get; init; } = x => x;

    public int FrameSamples => Hops * Hop;

    /// <summary>Hann window, triangles of equal width, noise for weights.</summary>
    public Graph Build()
    {
        var parts = new SmallDecoder { DepthwiseTaps = Taps };
        float[] window = [.. Enumerable.Range(0, TransformLength).Select(n => WindowScale * (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * n / TransformLength))))];
        Node x = Samples(new InputNode("samples", Hops, Hop));
        x = new MagnitudeNode("magnitude", new StftNode("stft", x, window, TransformLength));
        x = Energies(new ConvNode("mel", x, Triangles(x.Shape.Channels), MelBias == 0 ? [] : [.. Enumerable.Repeat(MelBias, Bands)], Bands));
        x = new AffineNode("normalized", new LogNode("log", x, Floor), [.. Enumerable.Repeat(Mean, Bands)], [.. Enumerable.Repeat(0.5f, Bands)]);
        x = parts.Block("e1", parts.Conv("e_in", x, Wide, Taps));
        x = Joined(new FoldNode("joined", new LayerNormNode("norm1", x, 1e-6), 1));
        x = parts.Block("e2", parts.Conv("merge", x, Wide, 1));
        x = Latent(parts.Conv("proj", new LayerNormNode("norm2", x, 1e-6), Dim, 1));
        return new Graph("small-encoder", new QuantizeNode("codes", x, Codebooks(), CodebookLayers, Entries));
    }

    public LoweredGraph Lower(Graph graph) => GraphLowering.Lower(graph, CalibrationStatistics.Gather(graph, [Stream(20, 1), Stream(60, 2)]));

    /// <summary>Noise whose level and colour change from frame to frame, on the grid of PCM16.</summary>
    public short[] Pcm(int frames, int seed)
    {
        var random = new Random(seed);
        var pcm = new short[frames * FrameSamples];
        double level = 0, colour = 0, state = 0;
        for (int n = 0; n < pcm.Length; n++)
        {
            if (n % FrameSamples == 0)
            {
                (level, colour) = (Math.Pow(10, 4 * random.NextDouble()), random.NextDouble() * 0.95);
            }

            state = (colour * state) + ((1 - colour) * ((2 * random.NextDouble()) - 1));
            pcm[n] = (short)Math.Round(level * state);
        }

        return pcm;
    }

    /// <summary>The same as the graph's input.</summary>
    public FloatTensor Stream(int frames, int seed) => new(frames * Hops, Hop, Array.ConvertAll(Pcm(frames, seed), s => s / 32768f));

    private float[] Triangles(int bins)
    {
        var weight = new float[Bands * bins];
        double width = (bins - 1.0) / (Bands + 1);
        for (int i = 0; i < weight.Length; i++)
        {
            double distance = Math.Abs((i % bins) - ((i / bins) + 1) * width) / width;
            weight[i] = MelScale * (float)Math.Max(0, 1 - distance);
        }

        return weight;
    }

    // Each layer half as large as the one before.
    private float[] Codebooks() =>
        [.. Enumerable.Range(0, CodebookLayers).SelectMany(l => SmallDecoder.Normal(_random, Entries * Dim, EntryScale * Math.Pow(0.5, l)))];
}
