using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>Programs of random operations in which results are read late, more than once, and added to in place. Only their shapes mean something.</summary>
internal sealed class RandomProgram
{
    private readonly Random _random;
    private readonly List<IntegerOperation> _operations = [];
    private readonly int _hops;

    private RandomProgram(int seed)
    {
        _random = new Random(seed);
        _hops = _random.Next(2, 6);
    }

    public static IntegerProgram Of(int seed)
    {
        var program = new RandomProgram(seed);
        IntegerBuffer input = program.New("embed", 1, ElementType.Int16);
        program._operations.Add(new EmbedOperation("embed", input, [0], [0], 1, 1, 1, 1, false));
        List<IntegerBuffer> slow = program.Append([input], program._random.Next(0, 12), 1);
        List<IntegerBuffer> handed = [];
        for (int i = 0; i < program._random.Next(1, 3); i++)
        {
            handed.Add(program.New($"split{i}", program._hops, ElementType.Int16));
            program._operations.Add(new LinearOperation($"split{i}", handed[^1], program.Any(slow), Matrix));
        }

        List<IntegerBuffer> fast = program.Append(handed, program._random.Next(0, 15), program._hops);
        SourceFilterConstants constants = program.Filter();
        var rows = new IntegerBuffer("rows", ElementType.Int16, program._hops, (3 * constants.Knots) + 2, 1);
        program._operations.Add(new LinearOperation("rows", rows, program.Any(fast), Matrix));
        program._operations.Add(new SourceFilterOperation("samples", new IntegerBuffer("samples", ElementType.Int16, program._hops, constants.Hop, 1), rows, constants));
        return new IntegerProgram("random", program._hops, program._operations);
    }

    private static IntegerMatrix Matrix { get; } = new(1, 1, [0], [0], [0], 0);

    private List<IntegerBuffer> Append(List<IntegerBuffer> start, int count, int rows)
    {
        List<IntegerBuffer> known = [.. start];
        for (int i = 0; i < count; i++)
        {
            string name = $"r{rows}.{i}";
            IntegerBuffer input = Any(known);
            IntegerBuffer output = New(name, rows, _random.Next(2) == 0 ? ElementType.Int8 : ElementType.Int16);
            int taps = _random.Next(1, 6);
            var history = new IntegerHistory($"{name}.history", taps - 1, input.Channels);
            IntegerOperation operation = _random.Next(6) switch
            {
                0 => new WindowOperation(name, output with { Channels = taps * input.Channels }, input, history, taps),
                1 => new DepthwiseOperation(name, output with { Channels = input.Channels }, input, history, taps, [0], [0], [0], 0),
                2 => new LayerNormOperation(name, output with { Channels = input.Channels }, input, 1, 1u << 30, 20),
                3 => new LinearGeluOperation(name, output, input, Matrix, 10, 1, 1),
                4 when Any(known) is var residual && residual != input => new LinearAddOperation(name, residual, input, residual, Matrix),
                _ => new LinearOperation(name, output, input, Matrix),
            };
            _operations.Add(operation);
            known.Add(operation.Output);
        }

        return known;
    }

    private IntegerBuffer Any(List<IntegerBuffer> known) => known[_random.Next(Math.Max(0, known.Count - 6), known.Count)];

    private IntegerBuffer New(string name, int rows, ElementType type) => new(name, type, rows, _random.Next(1, 200), 1);

    private SourceFilterConstants Filter()
    {
        int bits = _random.Next(7, 11), hop = _random.Next(33, (1 << (bits - 1)) + 1);
        return new SourceFilterConstants
        {
            Window = [0], Knot = [0], Weight = [0], Hop = hop, Log2Fft = bits, Knots = _random.Next(2, 40), SplitRows = false, MagnitudeLow = 0, MagnitudeHigh = 0, PitchLow = 0,
            PitchHigh = 0, PitchBase = 0, SlopeScale = 0, HarmonicLimit = 0, HarmonicMax = 1, DirichletMin = 1, NoiseSeed = 0,
        };
    }
}
