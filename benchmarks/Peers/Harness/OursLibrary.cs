using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Harness;

/// <summary>The emitted library of a model with the harness linked to it: one decoder, from codes to PCM or only to head rows.</summary>
internal sealed unsafe class OursLibrary : IDisposable
{
    private const nuint Alignment = 64;

    private readonly delegate* unmanaged<void*, ushort*, uint, uint, int, short*, short*, int> _decode;
    private readonly delegate* unmanaged<nint, void*, nuint, int> _init;
    private readonly nint _model;
    private readonly void* _arena;
    private readonly int _arenaBytes;
    private readonly int _layers;
    private readonly int _hops;
    private readonly int _headStride;
    private readonly HeadFormat _format;
    private readonly short[] _pcm;

    /// <summary>Emits and compiles as a host build does.</summary>
    public OursLibrary(EdgeModel model, IReadOnlyList<TokenClip> calibration, CCompiler compiler, string folder)
    {
        (LoweredGraph lowered, MemoryPlan plan, ModelSource source) = HostBuild.Emit(model, calibration);
        EmittedFolder.Write(folder, source);
        string library = new LibraryBuild(compiler, folder, source.Names).Shared(
            [.. Board.Load("host").CompilerFlags, "-Wl,--wrap=q3e_source_filter_hop", NativeHarness.SourceOf("ours_harness.c")]);
        nint handle = NativeLibrary.Load(library);
        _model = NativeLibrary.GetExport(handle, source.Names.Descriptor);
        _init = (delegate* unmanaged<nint, void*, nuint, int>)NativeLibrary.GetExport(handle, "peers_ours_init");
        _decode = (delegate* unmanaged<void*, ushort*, uint, uint, int, short*, short*, int>)NativeLibrary.GetExport(handle, "peers_ours_decode");
        _arenaBytes = plan.ArenaBytes;
        _arena = NativeMemory.AlignedAlloc((nuint)_arenaBytes, Alignment);
        _layers = model.Config.NumQuantizers;
        _headStride = lowered.Program.Operations[^2].Output.Channels;
        _format = new HeadFormat(model.Config.Decoder.Knots);
        _hops = model.Config.Decoder.Upsample;
        _pcm = new short[model.Config.SamplesPerToken];
        Reset();
    }

    /// <summary>Goes back to the start of a stream.</summary>
    public void Reset()
    {
        int status = _init(_model, _arena, (nuint)_arenaBytes);
        if (status != 0)
        {
            throw new InvalidOperationException($"The emitted library refused its arena with status {status}.");
        }
    }

    /// <summary>One call of the library per token.</summary>
    /// <param name="codes">[tokens, layers].</param>
    /// <param name="withFilter">To PCM, or only to the head's rows.</param>
    public void Decode(ReadOnlySpan<ushort> codes, bool withFilter) => Decode(codes, withFilter, []);

    /// <summary>Head rows of some tokens in float, by the steps that the library's constants stand for.</summary>
    public float[] Heads(ReadOnlySpan<ushort> codes, bool withFilter)
    {
        int rows = codes.Length / _layers * _hops;
        var integers = new short[rows * _headStride];
        Decode(codes, withFilter, integers);
        var values = new float[rows * _format.Columns];
        for (int row = 0; row < rows; row++)
        {
            _format.ToFloat(integers.AsSpan(row * _headStride, _headStride), values.AsSpan(row * _format.Columns));
        }

        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(_arena);

    private void Decode(ReadOnlySpan<ushort> codes, bool withFilter, Span<short> heads)
    {
        int tokens = codes.Length / _layers;
        fixed (ushort* c = codes)
        fixed (short* pcm = _pcm, rows = heads)
        {
            int hops = _decode(_arena, c, (uint)_layers, (uint)tokens, withFilter ? 1 : 0, pcm, rows);
            if (hops != tokens * _hops)
            {
                throw new InvalidOperationException($"The emitted library answered {hops} where {tokens * _hops} hops of the source filter were expected.");
            }
        }
    }
}
