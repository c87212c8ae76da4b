using System.Diagnostics.CodeAnalysis;

namespace Qwen3Tokenizer.Edge.Runtime;

/// <summary>
/// Turns the codes of one stream into speech, frame by frame or hop by hop. The state lives in native memory of fixed size; a call
/// allocates nothing.
/// </summary>
/// <remarks>
/// One thread at a time may use an instance; a call during another thread's call is refused with
/// <see cref="InvalidOperationException"/> and leaves the state alone. Decoders are independent of each other. <see cref="Dispose"/> may
/// come from any thread at any time: memory and library outlive a call in progress.
/// </remarks>
public sealed unsafe class Decoder : IDisposable
{
    private static readonly ushort NoCodes;

    private readonly ArenaHandle _arena;
    private readonly NativeInterface _native;
    private readonly void* _decoder;
    private int _busy;

    internal Decoder(EmittedModel model)
    {
        Model = model;
        _native = model.Library.Native;
        ObjectDisposedException.ThrowIf(model.Library.Handle.IsClosed, model.Library);
        // From here on the arena keeps the library loaded.
        _arena = new ArenaHandle(model.Library.Handle, model.DecoderArenaBytes);
        try
        {
            void* decoder = null;
            int status = _native.DecoderInit(
                (void*)model.Address, (void*)_arena.DangerousGetHandle(), (nuint)model.DecoderArenaBytes, &decoder);
            if (status == 0 && decoder == null)
                throw new EmittedLibraryException($"Model \"{model.Name}\" of '{model.Library.FilePath}' gave no decoder.");
            _decoder = decoder;
            ThrowUnlessOk(status, "making a decoder", default);
        }
        catch
        {
            _arena.Dispose();
            throw;
        }
    }

    /// <summary>The model that this decoder decodes.</summary>
    public EmittedModel Model { get; }

    /// <summary>Decodes one frame (80 ms).</summary>
    /// <param name="codes">One code per layer, layer 0 first: <see cref="EmittedModel.MinLayers"/> to
    /// <see cref="EmittedModel.MaxLayers"/> of them, which may differ from frame to frame, each below <see cref="EmittedModel.CodebookSize"/>.</param>
    /// <param name="pcm">Receives <see cref="EmittedModel.FrameSamples"/> samples, 16 bits each; what a longer span has behind them is left alone.</param>
    /// <exception cref="ArgumentException"><paramref name="pcm"/> is too short.</exception>
    /// <exception cref="EmittedLibraryException">A code or the number of layers is out of range, or a frame begun by
    /// <see cref="DecodeHop"/> is not finished. Nothing was decoded and the state is as before.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in a call of this decoder.</exception>
    /// <exception cref="ObjectDisposedException">The decoder is disposed.</exception>
    public void DecodeFrame(ReadOnlySpan<ushort> codes, Span<short> pcm)
    {
        RequireRoom(pcm, Model.FrameSamples, "a frame");
        Enter();
        try
        {
            fixed (ushort* codesAt = &NeverNull(codes))
            fixed (short* pcmAt = pcm)
                ThrowUnlessOk(_native.DecodeFrame(_decoder, codesAt, (uint)codes.Length, pcmAt), "decoding a frame", codes);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// Decodes one hop (20 ms). Four calls give the samples of one <see cref="DecodeFrame"/>, with the work spread over them.
    /// </summary>
    /// <param name="codes">The frame's codes as for <see cref="DecodeFrame"/>; read at a frame's first hop only, later hops may pass none.</param>
    /// <param name="pcm">Receives <see cref="EmittedModel.HopSamples"/> samples, 16 bits each; what a longer span has behind them is left alone.</param>
    /// <exception cref="ArgumentException"><paramref name="pcm"/> is too short.</exception>
    /// <exception cref="EmittedLibraryException">A code or the number of layers is out of range. Nothing was decoded and the state is as before.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in a call of this decoder.</exception>
    /// <exception cref="ObjectDisposedException">The decoder is disposed.</exception>
    public void DecodeHop(ReadOnlySpan<ushort> codes, Span<short> pcm)
    {
        RequireRoom(pcm, Model.HopSamples, "a hop");
        Enter();
        try
        {
            fixed (ushort* codesAt = &NeverNull(codes))
            fixed (short* pcmAt = pcm)
                ThrowUnlessOk(_native.DecodeHop(_decoder, codesAt, (uint)codes.Length, pcmAt), "decoding a hop", codes);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Puts the decoder back to the start of a stream, also from between the hops of a frame.</summary>
    /// <exception cref="InvalidOperationException">Another thread is in a call of this decoder.</exception>
    /// <exception cref="ObjectDisposedException">The decoder is disposed.</exception>
    public void Reset()
    {
        Enter();
        try
        {
            ThrowUnlessOk(_native.DecoderReset(_decoder), "resetting a decoder", default);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Frees the arena, after a call in progress if there is one. Any number of calls do the same as one.</summary>
    public void Dispose() => _arena.Dispose();

    private void Enter()
    {
        ObjectDisposedException.ThrowIf(_arena.IsClosed, this);
        if (Interlocked.Exchange(ref _busy, 1) != 0)
            throw new InvalidOperationException("A decoder serves one thread at a time, and another thread's call is in progress.");
        bool referenced = false;
        try
        {
            _arena.DangerousAddRef(ref referenced);
        }
        finally
        {
            if (!referenced)
                Volatile.Write(ref _busy, 0);
        }
    }

    private void Leave()
    {
        _arena.DangerousRelease();
        Volatile.Write(ref _busy, 0);
    }

    // An empty span's pointer is null, which the library would call a null pointer; to this class's callers it means no layers.
    private static ref readonly ushort NeverNull(ReadOnlySpan<ushort> codes) => ref codes.IsEmpty ? ref NoCodes : ref codes[0];

    private static void RequireRoom(Span<short> pcm, int samples, string what)
    {
        if (pcm.Length < samples)
            throw new ArgumentException($"There is room for {pcm.Length} samples, and {what} has {samples}.", nameof(pcm));
    }

    // Called while the arena is referenced: the text comes from the library.
    private void ThrowUnlessOk(int status, string call, ReadOnlySpan<ushort> codes)
    {
        if (status != 0)
            Throw((EmittedStatus)status, call, codes);
    }

    [DoesNotReturn]
    private void Throw(EmittedStatus status, string call, ReadOnlySpan<ushort> codes)
    {
        string detail = status switch
        {
            EmittedStatus.Layers => $"; {codes.Length} layers given, {Model.MinLayers} to {Model.MaxLayers} allowed",
            EmittedStatus.Code => DescribeBadCode(codes),
            _ => "",
        };
        throw new EmittedLibraryException(
            $"Model \"{Model.Name}\" of '{Model.Library.FilePath}' refused {call}: {_native.StatusText((int)status)}{detail}.", status);
    }

    private string DescribeBadCode(ReadOnlySpan<ushort> codes)
    {
        for (int layer = 0; layer < codes.Length; layer++)
            if (codes[layer] >= Model.CodebookSize)
                return $"; layer {layer} has code {codes[layer]}, the largest is {Model.CodebookSize - 1}";
        return "";
    }
}
