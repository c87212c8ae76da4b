using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>
/// Interprets an encoder's integer program as native/ARITHMETIC.md section 7 defines it, frame by frame, from PCM16 to codes. Like
/// <see cref="IntegerOracle"/> it is written from that text alone.
/// </summary>
public sealed class IntegerEncoderOracle
{
    private readonly IntegerOperation[] _blocks;
    private readonly NetworkInterpreter _network = new();
    private readonly FrontEndOperation _frontEndOperation;
    private readonly FrontEndOracle _frontEnd;
    private readonly SearchOperation _search;
    private readonly int _hop;

    /// <summary>An interpreter after a reset.</summary>
    /// <param name="program">The program; its first operation is the front-end, its last one the codebook search.</param>
    public IntegerEncoderOracle(IntegerProgram program)
    {
        if (program.Operations is not [FrontEndOperation front, .., SearchOperation search])
            throw new ArgumentException($"{program.Name}: the first operation must be the front-end and the last one the codebook search.", nameof(program));
        if (front.Output.Rows != program.Hops || front.Output.Channels != front.Constants.First.Length)
            throw new ArgumentException($"{front.Name}: {front.Output.Rows} rows of {front.Output.Channels}, not {program.Hops} of {front.Constants.First.Length}.", nameof(program));

        (_frontEndOperation, _frontEnd, _search, _hop) = (front, new FrontEndOracle(front.Constants), search, front.Constants.Hop);
        _blocks = [.. program.Operations.Skip(1).SkipLast(1)];
    }

    /// <summary>Samples of a frame.</summary>
    public int FrameSamples => _hop * _frontEndOperation.Output.Rows;

    /// <summary>Puts it into its state after a reset: all samples before and all histories zero.</summary>
    public void Reset()
    {
        _frontEnd.Reset();
        _network.Reset();
    }

    /// <summary>Encodes one frame.</summary>
    /// <param name="pcm">The frame's samples, <see cref="FrameSamples"/> of them.</param>
    /// <param name="layers">Layers to search, at least 1.</param>
    /// <param name="trace">
    /// Receives every operation's output in order of execution, or null. Before the front-end's own entry comes, for every hop,
    /// frontend.magnitude (uint32, N/2 + 1 values); the last entry has the codes (uint16, one per layer asked for).
    /// </param>
    /// <returns>One code per layer, layer 0 first.</returns>
    public ushort[] EncodeFrame(ReadOnlySpan<short> pcm, int layers, IList<TraceEntry>? trace = null)
    {
        if (pcm.Length != FrameSamples)
            throw new ArgumentException($"{pcm.Length} samples are not a frame of {FrameSamples}.", nameof(pcm));

        Finish(_frontEndOperation, Analyse(pcm, trace), trace);
        foreach (IntegerOperation operation in _blocks)
            Finish(operation, _network.Execute(operation), trace);

        ushort[] codes = CodebookSearch.Run(_search, _network.Load(_search.Input), layers);
        trace?.Add(new TraceEntry(_search.Name, MemoryMarshal.AsBytes<ushort>(codes).ToArray()));
        return codes;
    }

    /// <summary>Encodes what is left of a clip, followed by zeros until its last sample, delayed, is covered.</summary>
    /// <param name="rest">The samples after the last whole frame, fewer than a frame.</param>
    /// <param name="delay">The model's delay in samples.</param>
    /// <param name="layers">Layers to search, at least 1.</param>
    /// <returns>The codes of ceil((rest + delay) / frame) frames.</returns>
    public IEnumerable<ushort[]> Flush(ReadOnlySpan<short> rest, int delay, int layers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(delay);
        if (rest.Length >= FrameSamples)
            throw new ArgumentException($"The rest of {rest.Length} samples holds a whole frame of {FrameSamples}.", nameof(rest));

        var frames = new ushort[(rest.Length + delay + FrameSamples - 1) / FrameSamples][];
        var padded = new short[frames.Length * FrameSamples];
        rest.CopyTo(padded);
        for (int i = 0; i < frames.Length; i++)
            frames[i] = EncodeFrame(padded.AsSpan(i * FrameSamples, FrameSamples), layers);
        return frames;
    }

    private int[] Analyse(ReadOnlySpan<short> pcm, IList<TraceEntry>? trace)
    {
        int hops = _frontEndOperation.Output.Rows, bands = _frontEndOperation.Output.Channels;
        var rows = new int[hops * bands];
        for (int t = 0; t < hops; t++)
            _frontEnd.Hop(pcm.Slice(t * _hop, _hop), rows.AsSpan(t * bands, bands), trace);
        return rows;
    }

    private void Finish(IntegerOperation operation, int[] values, IList<TraceEntry>? trace)
    {
        _network.Store(operation, values);
        trace?.Add(TraceEntry.OfBuffer(operation.Name, operation.Output.Type, values));
    }
}
