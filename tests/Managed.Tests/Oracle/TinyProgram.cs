using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>
/// A decoder of a few channels with every kind of operation, two hops a frame. Its weights are pseudo-random, its multipliers keep most
/// values inside their types.
/// </summary>
internal sealed class TinyProgram
{
    private const int Wide = 6, Narrow = 5, Knots = 3, HeadWidth = 3 * Knots + 2;
    private readonly Random _random = new(5);

    public TinyProgram()
    {
        IntegerBuffer input = Int16("input", 1, 4), window = Int16("window", 1, 12), x1 = Int16("x1", 1, Wide), d1 = Int16("d1", 1, Wide);
        IntegerBuffer n1 = new("n1", ElementType.Int8, 1, Wide, 1), g1 = new("g1", ElementType.Int8, 1, 8, 1, -90);
        IntegerBuffer x2 = Int16("x2", 2, Narrow), d2 = Int16("d2", 2, Narrow), n2 = Int16("n2", 2, Narrow), g2 = new("g2", ElementType.Int16, 2, 7, 1, 3);
        IntegerBuffer head = Int16("head", 2, HeadWidth), pcm = Int16("pcm", 2, 40);

        Conv = new LinearOperation("conv", x1, window, Matrix(12, Wide, 1 << 25, 2));
        Residual = new LinearAddOperation("residual", x1, g1, x1, Matrix(8, Wide, 1 << 26, 5));
        Split = new LinearOperation("split", x2, x1, Matrix(Wide, 2 * Narrow, 1 << 25, 1));
        Depthwise = new DepthwiseOperation("depthwise2", d2, x2, new IntegerHistory("past2", 3, Narrow), 4, [.. Values(4 * Narrow, 3000).Select(v => (short)v)], Values(Narrow, 50000), Multipliers(Narrow, 1 << 20), 0);
        SourceFilterConstants constants = new SyntheticVoice(8000, 40, 7, Knots, 3900).Constants();
        Program = new IntegerProgram("tiny", 2,
        [
            new EmbedOperation("embed", input, [.. Values(3 * 8 * 4, 127).Select(v => (sbyte)v)], Multipliers(3 * 4, 1 << 16), 3, 8, 4, 9, false),
            new WindowOperation("gather", window, input, new IntegerHistory("past0", 2, 4), 3),
            Conv,
            new DepthwiseOperation("depthwise1", d1, x1, new IntegerHistory("past1", 2, Wide), 3, [.. Values(3 * Wide, 3000).Select(v => (short)v)], Values(Wide, 50000), Multipliers(Wide, 1 << 20), 0),
            new LayerNormOperation("norm1", n1, d1, 1, 1u << 30, 25),
            new LinearGeluOperation("gelu1", g1, n1, Matrix(Wide, 8, 1 << 28, 2), 10, 1500, 15),
            Residual,
            Split,
            Depthwise,
            new LayerNormOperation("norm2", n2, d2, 7, 1u << 30, 18),
            new LinearGeluOperation("gelu2", g2, n2, Matrix(Narrow, 7, 1 << 24, 0), 11, 20000, 14),
            new LinearOperation("head", head, g2, Matrix(7, HeadWidth, 1 << 26, 1)),
            new SourceFilterOperation("samples", pcm, head, constants),
        ]);
    }

    /// <summary>The whole decoder: codes of three layers of eight entries.</summary>
    public IntegerProgram Program { get; }

    /// <summary>The matrix behind the window over three rows of four.</summary>
    public LinearOperation Conv { get; }

    /// <summary>The matrix that adds in place to the output of <see cref="Conv"/>.</summary>
    public LinearAddOperation Residual { get; }

    /// <summary>The matrix whose output folds into two rows.</summary>
    public LinearOperation Split { get; }

    /// <summary>The depthwise convolution with two rows a frame, over more past rows than that.</summary>
    public DepthwiseOperation Depthwise { get; }

    private static IntegerBuffer Int16(string name, int rows, int channels) => new(name, ElementType.Int16, rows, channels, 1);

    private int[] Values(int count, int limit) => [.. Enumerable.Range(0, count).Select(_ => _random.Next(-limit, limit + 1))];

    private int[] Multipliers(int count, int scale) => [.. Enumerable.Range(0, count).Select(_ => _random.Next(scale, 2 * scale))];

    private IntegerMatrix Matrix(int inputs, int outputs, int scale, int leftShift) => new(
        inputs, outputs, [.. Values(inputs * outputs, 127).Select(v => (sbyte)v)], Values(outputs, 1 << 16), Multipliers(outputs, scale), leftShift);
}
