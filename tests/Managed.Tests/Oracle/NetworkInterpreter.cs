using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>
/// Executes the network operations of a program, those between its input and its output, and keeps its buffers and histories: the part
/// that a decoder and an encoder have in common.
/// </summary>
internal sealed class NetworkInterpreter
{
    private readonly Dictionary<string, int[]> _buffers = [];
    private readonly Dictionary<string, int[]> _histories = [];
    private readonly Dictionary<string, IntegerAttention> _attentions = [];

    /// <summary>Forgets all buffers; all histories become zero.</summary>
    public void Reset()
    {
        _buffers.Clear();
        _histories.Clear();
        _attentions.Clear();
    }

    /// <summary>Computes a network operation from the stored buffers and pushes its input into its history.</summary>
    public int[] Execute(IntegerOperation operation)
    {
        switch (operation)
        {
            case WindowOperation op:
                return WithHistory(op.History, op.Taps, op.Input, (history, x) => NetworkOperations.Window(history, x, op.Input.Channels, op.Taps));
            case LinearOperation op:
                return NetworkOperations.Linear(Checked(op, op.Matrix, op.Input, op.Window), Rows(op.Input, op.Window));
            case LinearSnakeOperation op:
                int[] z = NetworkOperations.Requantized(Checked(op, op.Matrix, op.Input, op.Window), Rows(op.Input, op.Window));
                return Saturated(FullDecoderOperations.Snake(op.Constants, Array.ConvertAll(z, v => (int)IntegerMath.Sat16(v))), op);
            case SnakeOperation op:
                return Saturated(FullDecoderOperations.Snake(op.Constants, Load(op.Input)), op);
            case NarrowOperation op:
                return Saturated(FullDecoderOperations.Narrow(op, Load(op.Input)), op);
            case RmsNormOperation op:
                return Saturated(FullDecoderOperations.RmsNorm(op, Load(op.Input)), op);
            case SiluGateOperation op:
                return Saturated(FullDecoderOperations.SiluGate(op, Load(op.Gate), Load(op.Up)), op);
            case AttentionOperation op:
                if (!_attentions.TryGetValue(op.Name, out IntegerAttention? attention))
                    _attentions.Add(op.Name, attention = new IntegerAttention(op.Constants));
                return attention.Run(Load(op.Query), Load(op.Key), Load(op.Value));
            case LinearAddOperation op:
                return NetworkOperations.LinearAdd(Checked(op, op.Matrix, op.Input), Load(op.Input), Load(op.Residual));
            case LinearGeluOperation op:
                int[] activated = NetworkOperations.LinearGelu(Checked(op, op.Matrix, op.Input), Load(op.Input), op.Fraction, op.Gain, op.Shift, op.Output.ZeroPoint);
                return Array.ConvertAll(activated, v => Saturate(v, op.Output.Type));
            case DepthwiseOperation op:
                return WithHistory(op.History, op.Taps, op.Input, (history, x) => NetworkOperations.Depthwise(op, history, x));
            case LayerNormOperation op:
                return Array.ConvertAll(NetworkOperations.LayerNorm(op, Load(op.Input)), v => Saturate(v, op.Output.Type));
            default:
                throw new NotSupportedException($"{operation.Name}: native/ARITHMETIC.md section 3 defines no {operation.GetType().Name}.");
        }
    }

    /// <summary>The values of a buffer.</summary>
    public int[] Load(IntegerBuffer buffer) => _buffers.TryGetValue(buffer.Name, out int[]? values)
        ? values
        : throw new InvalidOperationException($"{buffer.Name} is read before it is written.");

    /// <summary>Stores an operation's result in its output buffer.</summary>
    public void Store(IntegerOperation operation, int[] values)
    {
        IntegerBuffer buffer = operation.Output;
        if (values.Length != buffer.Rows * buffer.Channels)
            throw new InvalidOperationException($"{operation.Name}: {values.Length} values do not fill {buffer.Rows} rows of {buffer.Channels}.");
        _buffers[buffer.Name] = values;
    }

    private static int[] Saturated(long[] values, IntegerOperation operation) => Array.ConvertAll(values, v => Saturate(v, operation.Output.Type));

    // What a matrix sees: the rows of its input, or windows over them.
    private int[] Rows(IntegerBuffer input, ConvWindow? window)
    {
        if (window is null)
            return Load(input);
        IntegerHistory history = window.History;
        if (history.Rows != (window.Taps - 1) * window.Dilation || history.Channels != input.Channels || history.Type != input.Type)
            throw new InvalidOperationException($"{history.Name}: {history.Rows} rows of {history.Channels} do not fit {window.Taps} taps of {input.Name}, {window.Dilation} apart.");

        int[] past = _histories.GetValueOrDefault(history.Name) ?? new int[history.Rows * history.Channels];
        int[] x = Load(input);
        _histories[history.Name] = NetworkOperations.Push(past, x);
        return FullDecoderOperations.Window(past, x, input.Channels, window.Taps, window.Dilation);
    }

    private static int Saturate(long value, ElementType type) => type == ElementType.Int8 ? IntegerMath.Sat8(value) : IntegerMath.Sat16(value);

    // A matrix takes the rows one by one, or all rows of a frame joined into one.
    private static IntegerMatrix Checked(IntegerOperation op, IntegerMatrix matrix, IntegerBuffer input, ConvWindow? window = null)
    {
        if ((matrix.In != input.Channels * (window?.Taps ?? 1) && matrix.In != input.Rows * input.Channels)
            || matrix.Weight.Length != matrix.In * matrix.Out || matrix.Bias.Length != matrix.Out || matrix.Multiplier.Length != matrix.Out)
            throw new InvalidOperationException($"{op.Name}: a matrix of {matrix.Out} x {matrix.In} with {matrix.Weight.Length} weights does not fit {input.Name}.");
        if (matrix.Weight.Contains(sbyte.MinValue))
            throw new InvalidOperationException($"{op.Name}: a weight is -128.");
        return matrix;
    }

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
}
