using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Harness;

/// <summary>The emitted library of a model with the harness linked to it: one decoder, from codes to PCM or only to head rows.</summary>
internal sealed unsafe class OursLibrary : IDisposable
{
    private const nuint Alignment = 64;

    // The source filters of all kernel sets; see ours_harness.c.
    private static readonly string[] Wrapped = ["q3e_source_filter_hop", "q3e_source_filter_hop_avx2"];

    private readonly delegate* unmanaged<void*, ushort*, uint, uint, int, short*, short*, int*, int> _decode;
    private readonly delegate* unmanaged<nint, void*, nuint, int> _init;
    private readonly nint _model;
    private readonly void* _arena;
    private readonly nuint _arenaBytes;
    private readonly int _layers;
    private readonly int _hops;
    private readonly HeadFormat _format;
    private readonly short[] _pcm;

    /// <summary>Builds the library as <see cref="HostBuild"/> does, then links its sources once more with the harness.</summary>
    /// <param name="model">The model.</param>
    /// <param name="most">Tokens of the longest call, which all pass at once.</param>
    /// <param name="compiler">C compiler.</param>
    /// <param name="folder">Folder for what is built.</param>
    public OursLibrary(EdgeModel model, int most, CCompiler compiler, string folder)
    {
        HostBuild.Build(model, folder);
        var names = new CNames(model.Name);
        string library = new LibraryBuild(compiler, folder, names).Shared(
            [.. Board.Load("host").CompilerFlags, .. Wrapped.Select(symbol => "-Wl,--wrap=" + symbol), NativeHarness.SourceOf("ours_harness.c")]);
        nint handle = NativeLibrary.Load(library);
        _model = NativeLibrary.GetExport(handle, names.Descriptor);
        _init = (delegate* unmanaged<nint, void*, nuint, int>)NativeLibrary.GetExport(handle, "peers_ours_init");
        _decode = (delegate* unmanaged<void*, ushort*, uint, uint, int, short*, short*, int*, int>)NativeLibrary.GetExport(handle, "peers_ours_decode");
        _arenaBytes = ((delegate* unmanaged<nint, uint, nuint>)NativeLibrary.GetExport(handle, "peers_ours_arena_bytes"))(_model, (uint)most);
        _arena = NativeMemory.AlignedAlloc(_arenaBytes, Alignment);
        _layers = model.Config.NumQuantizers;
        _format = new HeadFormat(model.Config.Decoder.Knots);
        _hops = model.Config.Decoder.Upsample;
        _pcm = new short[most * model.Config.SamplesPerToken];
        Reset();
    }

    /// <summary>Goes back to the start of a stream.</summary>
    public void Reset()
    {
        int status = _init(_model, _arena, _arenaBytes);
        if (status != 0)
        {
            throw new InvalidOperationException($"The emitted library refused its arena with status {status}.");
        }
    }

    /// <summary>One call of the library for all tokens.</summary>
    /// <param name="codes">[tokens, layers].</param>
    /// <param name="withFilter">To PCM, or only to the head's rows.</param>
    public void Decode(ReadOnlySpan<ushort> codes, bool withFilter) => Decode(codes, withFilter, []);

    /// <summary>Head rows of some tokens in float, by the formats of the head.</summary>
    public float[] Heads(ReadOnlySpan<ushort> codes, bool withFilter)
    {
        int rows = codes.Length / _layers * _hops;
        var integers = new short[rows * _format.LongestRow];
        int stride = Decode(codes, withFilter, integers);
        var values = new float[rows * _format.Columns];
        for (int row = 0; row < rows; row++)
        {
            _format.ToFloat(integers.AsSpan(row * stride, stride), values.AsSpan(row * _format.Columns));
        }

        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(_arena);

    // Returns the length of a head row.
    private int Decode(ReadOnlySpan<ushort> codes, bool withFilter, Span<short> heads)
    {
        int tokens = codes.Length / _layers, values;
        fixed (ushort* c = codes)
        fixed (short* pcm = _pcm, rows = heads)
        {
            int hops = _decode(_arena, c, (uint)_layers, (uint)tokens, withFilter ? 1 : 0, pcm, rows, &values);
            if (hops != tokens * _hops)
            {
                throw new InvalidOperationException(
                    $"The emitted library answered {hops} where {tokens * _hops} hops of the source filter were expected: it failed, or a kernel set's filter is missing from the wrapped symbols ({string.Join(", ", Wrapped)}).");
            }
        }

        return values;
    }
}
