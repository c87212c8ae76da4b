using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>
/// Interprets an integer program as native/ARITHMETIC.md defines it, frame by frame. Written from that text alone: it is the second
/// implementation that the C kernels are compared with. Where the text says that a value is proved to fit, an
/// <see cref="OverflowException"/> disproves it.
/// </summary>
public sealed class IntegerOracle
{
    private readonly IntegerProgram _program;
    private readonly SourceFilterOracle _source;
    private readonly Dictionary<string, int[]> _buffers = [];
    private readonly Dictionary<string, int[]> _histories = [];

    /// <summary>An interpreter after a reset.</summary>
    /// <param name="program">The program; its last operation, and no other, is the source filter.</param>
    public IntegerOracle(IntegerProgram program)
    {
        _program = program;
        if (program.Operations is not [.., SourceFilterOperation head] || program.Operations.OfType<SourceFilterOperation>().Count() != 1)
            throw new ArgumentException($"{program.Name}: the last operation, and no other, must be the source filter.", nameof(program));

        _source = new SourceFilterOracle(head.Constants);
    }

    /// <summary>Puts it into its state after a reset: all histories zero.</summary>
    public void Reset()
    {
        _buffers.Clear();
        _histories.Clear();
        _source.Reset();
    }

    /// <summary>Decodes one frame.</summary>
    /// <param name="codes">One code per layer, layer 0 first.</param>
    /// <param name="trace">
    /// Receives every operation's output in order of execution, or null. Before the source filter's own entry come those of its hops:
    /// source.harmonic, source.noise and, but for the first hop after a reset, filter.spectrum and filter.samples (int32).
    /// </param>
    /// <returns>The frame's samples.</returns>
    public short[] DecodeFrame(ReadOnlySpan<ushort> codes, IList<TraceEntry>? trace = null)
    {
        int[] values = [];
        foreach (IntegerOperation operation in _program.Operations)
        {
            values = Execute(operation, codes, trace);
            Store(operation, values);
            trace?.Add(TraceEntry.OfBuffer(operation.Name, operation.Output.Type, values));
        }

        return Array.ConvertAll(values, v => checked((short)v));
    }

    private int[] Execute(IntegerOperation operation, ReadOnlySpan<ushort> codes, IList<TraceEntry>? trace)
    {
        switch (operation)
        {
            case EmbedOperation op:
                return NetworkOperations.Embed(op, codes);
            case WindowOperation op:
                return WithHistory(op.History, op.Taps, op.Input, (history, x) => NetworkOperations.Window(history, x, op.Input.Channels, op.Taps));
            case LinearOperation op:
                return NetworkOperations.Linear(Checked(op, op.Matrix, op.Input), Load(op.Input));
            case LinearAddOperation op:
                return NetworkOperations.LinearAdd(Checked(op, op.Matrix, op.Input), Load(op.Input), Load(op.Residual));
            case LinearGeluOperation op:
                int[] activated = NetworkOperations.LinearGelu(Checked(op, op.Matrix, op.Input), Load(op.Input), op.Fraction, op.Gain, op.Shift, op.Output.ZeroPoint);
                return Array.ConvertAll(activated, v => Saturate(v, op.Output.Type));
            case DepthwiseOperation op:
                return WithHistory(op.History, op.Taps, op.Input, (history, x) => NetworkOperations.Depthwise(op, history, x));
            case LayerNormOperation op:
                return Array.ConvertAll(NetworkOperations.LayerNorm(op, Load(op.Input)), v => Saturate(v, op.Output.Type));
            case SourceFilterOperation op:
                return Synthesize(op, trace);
            default:
                throw new NotSupportedException($"{operation.Name}: native/ARITHMETIC.md defines no {operation.GetType().Name}.");
        }
    }

    private static int Saturate(long value, ElementType type) => type == ElementType.Int8 ? IntegerMath.Sat8(value) : IntegerMath.Sat16(value);

    private int[] WithHistory(IntegerHistory history, int taps, IntegerBuffer input, Func<int[], int[], int[]> compute)
    {
        if (history.Rows != taps - 1 || history.Channels != input.Channels)
            throw new InvalidOperationException($"{history.Name}: {history.Rows} rows of {history.Channels} do not fit {taps} taps of {input.Name}.");

        int[] past = _histories.GetValueOrDefault(history.Name) ?? new int[history.Rows * history.Channels];
        int[] x = Load(input);
        int[] y = compute(past, x);
        _histories[history.Name] = NetworkOperations.Push(past, x);
        return y;
    }

    private static IntegerMatrix Checked(IntegerOperation op, IntegerMatrix matrix, IntegerBuffer input)
    {
        if (matrix.In != input.Channels || matrix.Weight.Length != matrix.In * matrix.Out || matrix.Bias.Length != matrix.Out || matrix.Multiplier.Length != matrix.Out)
            throw new InvalidOperationException($"{op.Name}: a matrix of {matrix.Out} x {matrix.In} with {matrix.Weight.Length} weights does not fit {input.Name}.");
        if (matrix.Weight.Contains(sbyte.MinValue))
            throw new InvalidOperationException($"{op.Name}: a weight is -128.");
        return matrix;
    }

    private int[] Synthesize(SourceFilterOperation op, IList<TraceEntry>? trace)
    {
        int width = 3 * op.Constants.Knots + (op.Constants.SplitRows ? 4 : 2), hop = op.Constants.Hop;
        if (op.Input.Channels != width || op.Output.Channels != hop || op.Input.Rows != op.Output.Rows)
            throw new InvalidOperationException($"{op.Name}: {op.Input.Rows} rows of {op.Input.Channels} to {op.Output.Rows} of {op.Output.Channels}, not {width} to {hop}.");

        int[] head = Load(op.Input);
        var pcm = new int[op.Output.Rows * hop];
        for (int t = 0; t < op.Input.Rows; t++)
            _source.Hop(head.AsSpan(t * width, width), pcm.AsSpan(t * hop, hop), trace);
        return pcm;
    }

    private int[] Load(IntegerBuffer buffer) => _buffers.TryGetValue(buffer.Name, out int[]? values)
        ? values
        : throw new InvalidOperationException($"{buffer.Name} is read before it is written.");

    private void Store(IntegerOperation operation, int[] values)
    {
        IntegerBuffer buffer = operation.Output;
        if (values.Length != buffer.Rows * buffer.Channels)
            throw new InvalidOperationException($"{operation.Name}: {values.Length} values do not fill {buffer.Rows} rows of {buffer.Channels}.");
        _buffers[buffer.Name] = values;
    }
}
