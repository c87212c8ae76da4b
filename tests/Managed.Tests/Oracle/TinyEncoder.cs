using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>An encoder of a few channels, two hops a frame, with every kind of operation; its weights are pseudo-random.</summary>
internal sealed class TinyEncoder
{
    /// <summary>Hops a frame, samples a hop, bands, latent values, layers and entries.</summary>
    public const int Hops = 2, Hop = 40, Bands = 5, Dim = 4, Layers = 3, Entries = 30;

    private const int Wide = 6;
    private readonly Random _random = new(9);

    public TinyEncoder()
    {
        IntegerBuffer mel = Int16("mel", Hops, Bands), window = Int16("window", Hops, 3 * Bands), x1 = Int16("x1", Hops, Wide), d1 = Int16("d1", Hops, Wide);
        IntegerBuffer n1 = Int8("n1", Hops, Wide), g1 = Int8("g1", Hops, 8, -90), n2 = Int8("n2", Hops, Wide);
        IntegerBuffer x2 = Int16("x2", 1, 7), d2 = Int16("d2", 1, 7), n3 = Int8("n3", 1, 7), latent = Int16("latent", 1, Dim);
        Merge = new LinearOperation("merge", x2, n2, Matrix(Hops * Wide, 7, 1 << 29, 1));
        Latent = new LinearOperation("proj", latent, n3, Matrix(7, Dim, 1 << 29, 2));
        double[] scale = [.. Enumerable.Range(0, Layers * Dim).Select(i => 60 * Math.Pow(0.5, i / Dim))];
        var books = new SyntheticCodebooks([.. Values(Layers * Entries * Dim, 127).Select(v => (sbyte)v)], scale, Layers, Entries, Dim);
        SearchOperation search = books.Search([32767, 32767, 32767]);
        Program = new IntegerProgram("tiny-encoder", Hops,
        [
            new FrontEndOperation("frontend", mel, SyntheticFrontEnd.Hann(7, Hop, Bands).Constants()),
            new WindowOperation("gather", window, mel, new IntegerHistory("past0", 2, Bands), 3),
            new LinearOperation("conv", x1, window, Matrix(3 * Bands, Wide, 1 << 22, 0)),
            new DepthwiseOperation("depthwise1", d1, x1, new IntegerHistory("past1", 2, Wide), 3, Kernel(3 * Wide), Values(Wide, 50000), Multipliers(Wide, 1 << 20), 0),
            new LayerNormOperation("norm1", n1, d1, 1, 1u << 30, 25),
            new LinearGeluOperation("gelu1", g1, n1, Matrix(Wide, 8, 1 << 28, 2), 10, 1500, 15),
            new LinearAddOperation("residual", x1, g1, x1, Matrix(8, Wide, 1 << 26, 5)),
            new LayerNormOperation("norm2", n2, x1, 1, 1u << 30, 25),
            Merge,
            new DepthwiseOperation("depthwise2", d2, x2, new IntegerHistory("past2", 2, 7), 3, Kernel(3 * 7), Values(7, 50000), Multipliers(7, 1 << 20), 0),
            new LayerNormOperation("norm3", n3, d2, 1, 1u << 30, 25),
            Latent,
            search with { Input = latent },
        ]);
    }

    /// <summary>The whole encoder.</summary>
    public IntegerProgram Program { get; }

    /// <summary>The matrix that joins the hops of a frame.</summary>
    public LinearOperation Merge { get; }

    /// <summary>The matrix that gives the latent.</summary>
    public LinearOperation Latent { get; }

    private static IntegerBuffer Int16(string name, int rows, int channels) => new(name, ElementType.Int16, rows, channels, 1);

    private static IntegerBuffer Int8(string name, int rows, int channels, int zeroPoint = 0) => new(name, ElementType.Int8, rows, channels, 1, zeroPoint);

    private int[] Values(int count, int limit) => [.. Enumerable.Range(0, count).Select(_ => _random.Next(-limit, limit + 1))];

    private short[] Kernel(int count) => [.. Values(count, 3000).Select(v => (short)v)];

    private int[] Multipliers(int count, int scale) => [.. Enumerable.Range(0, count).Select(_ => _random.Next(scale, 2 * scale))];

    private IntegerMatrix Matrix(int inputs, int outputs, int scale, int leftShift) => new(
        inputs, outputs, [.. Values(inputs * outputs, 127).Select(v => (sbyte)v)], Values(outputs, 1 << 10), Multipliers(outputs, scale), leftShift);
}
