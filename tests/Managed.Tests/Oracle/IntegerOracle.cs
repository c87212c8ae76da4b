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
    private readonly SourceFilterOracle? _source;
    private readonly NetworkInterpreter _network = new();

    /// <summary>An interpreter after a reset.</summary>
    /// <param name="program">The program; its last operation, and no other, is the source filter, or a matrix that writes samples.</param>
    public IntegerOracle(IntegerProgram program)
    {
        _program = program;
        if (program.IsWave)
            return;
        if (program.Operations is not [.., SourceFilterOperation head] || program.Operations.OfType<SourceFilterOperation>().Count() != 1)
            throw new ArgumentException($"{program.Name}: the last operation, and no other, must be the source filter.", nameof(program));

        _source = new SourceFilterOracle(head.Constants);
    }

    /// <summary>Puts it into its state after a reset: all histories zero.</summary>
    public void Reset()
    {
        _network.Reset();
        _source?.Reset();
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
            _network.Store(operation, values);
            trace?.Add(TraceEntry.OfBuffer(operation.Name, operation.Output.Type, values));
        }

        return Array.ConvertAll(values, v => checked((short)v));
    }

    /// <summary>Stands in for a frame that was lost.</summary>
    /// <param name="noise">Whether the ending is noise and not silence.</param>
    /// <returns>The frame's samples.</returns>
    public short[] ConcealFrame(bool noise)
    {
        if (_source is null)
            throw new NotSupportedException($"{_program.Name}: concealment needs a source-filter head.");
        IntegerBuffer output = _program.Operations[^1].Output;
        var pcm = new int[output.Rows * output.Channels];
        for (int hop = 0; hop < output.Rows; hop++)
            _source.ConcealHop(noise, pcm.AsSpan(hop * output.Channels, output.Channels));
        return Array.ConvertAll(pcm, v => checked((short)v));
    }

    private int[] Execute(IntegerOperation operation, ReadOnlySpan<ushort> codes, IList<TraceEntry>? trace) => operation switch
    {
        EmbedOperation op => NetworkOperations.Embed(op, codes),
        SourceFilterOperation op => Synthesize(op, trace),
        _ => _network.Execute(operation),
    };

    private int[] Synthesize(SourceFilterOperation op, IList<TraceEntry>? trace)
    {
        int width = 3 * op.Constants.Knots + (op.Constants.SplitRows ? 4 : 2), hop = op.Constants.Hop;
        if (op.Input.Channels != width || op.Output.Channels != hop || op.Input.Rows != op.Output.Rows)
            throw new InvalidOperationException($"{op.Name}: {op.Input.Rows} rows of {op.Input.Channels} to {op.Output.Rows} of {op.Output.Channels}, not {width} to {hop}.");

        int[] head = _network.Load(op.Input);
        var pcm = new int[op.Output.Rows * hop];
        for (int t = 0; t < op.Input.Rows; t++)
            _source!.Hop(head.AsSpan(t * width, width), pcm.AsSpan(t * hop, hop), trace);
        return pcm;
    }
}
