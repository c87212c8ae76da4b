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

    private readonly Arena _arena;
    private readonly NativeInterface _native;

    internal Decoder(EmittedModel model, int arenaBytes)
    {
        Model = model;
        _native = model.Library.Native;
        _arena = new Arena(model, arenaBytes, _native.DecoderInit, "a decoder");
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
        _arena.Enter(this);
        try
        {
            fixed (ushort* codesAt = &NeverNull(codes))
            fixed (short* pcmAt = pcm)
                ThrowUnlessOk(_native.DecodeFrame(_arena.Object, codesAt, (uint)codes.Length, pcmAt), "decoding a frame", codes, codes.Length);
        }
        finally
        {
            _arena.Leave();
        }
    }

    /// <summary>
    /// Decodes several frames in a row: the samples of as many <see cref="DecodeFrame"/> calls, sooner when the decoder was made with room for
    /// several frames (<see cref="EmittedModel.CreateDecoder(int)"/>), since every weight is then read once for all of them.
    /// </summary>
    /// <param name="codes"><paramref name="layers"/> codes for each frame, frame after frame, layer 0 first, each below
    /// <see cref="EmittedModel.CodebookSize"/>. Their number says how many frames there are; no codes are no frames, and nothing happens.</param>
    /// <param name="layers">Codes of a frame, <see cref="EmittedModel.MinLayers"/> to <see cref="EmittedModel.MaxLayers"/>; may differ from call to call.</param>
    /// <param name="pcm">Receives <see cref="EmittedModel.FrameSamples"/> samples for each frame; what a longer span has behind them is left alone.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="layers"/> is not positive.</exception>
    /// <exception cref="ArgumentException"><paramref name="codes"/> are no whole frames, or <paramref name="pcm"/> is too short for them.</exception>
    /// <exception cref="EmittedLibraryException">A code or the number of layers is out of range, or a frame begun by
    /// <see cref="DecodeHop"/> is not finished. Nothing was decoded and the state is as before.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in a call of this decoder.</exception>
    /// <exception cref="ObjectDisposedException">The decoder is disposed.</exception>
    public void DecodeFrames(ReadOnlySpan<ushort> codes, int layers, Span<short> pcm)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layers);
        (int frames, int rest) = Math.DivRem(codes.Length, layers);
        if (rest != 0)
            throw new ArgumentException($"{codes.Length} codes are no whole number of frames of {layers} layers.", nameof(codes));
        RequireRoom(pcm, (long)frames * Model.FrameSamples, "that many frames");
        _arena.Enter(this);
        try
        {
            if (frames == 0)
                return;
            fixed (ushort* codesAt = codes)
            fixed (short* pcmAt = pcm)
                ThrowUnlessOk(_native.DecodeFrames(_arena.Object, codesAt, (uint)layers, (uint)frames, pcmAt), "decoding frames", codes, layers);
        }
        finally
        {
            _arena.Leave();
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
        _arena.Enter(this);
        try
        {
            fixed (ushort* codesAt = &NeverNull(codes))
            fixed (short* pcmAt = pcm)
                ThrowUnlessOk(_native.DecodeHop(_arena.Object, codesAt, (uint)codes.Length, pcmAt), "decoding a hop", codes, codes.Length);
        }
        finally
        {
            _arena.Leave();
        }
    }

    /// <summary>
    /// Stands in for a frame (80 ms) that was lost: holds the last sound and fades it from call to call, slowly for three frames, then fast; from the
    /// sixth call in a row on it gives silence or the stream's background noise. Before a stream's first frame it gives zeros and changes nothing.
    /// </summary>
    /// <param name="ending">What is left in the end; may differ from call to call.</param>
    /// <param name="pcm">Receives <see cref="EmittedModel.FrameSamples"/> samples, 16 bits each; what a longer span has behind them is left alone.</param>
    /// <exception cref="ArgumentException"><paramref name="pcm"/> is too short.</exception>
    /// <exception cref="EmittedLibraryException"><paramref name="ending"/> is none of its values, or a frame begun by <see cref="DecodeHop"/> is not
    /// finished. Nothing was written and the state is as before.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in a call of this decoder.</exception>
    /// <exception cref="ObjectDisposedException">The decoder is disposed.</exception>
    public void ConcealFrame(ConcealmentEnding ending, Span<short> pcm)
    {
        RequireRoom(pcm, Model.FrameSamples, "a frame");
        _arena.Enter(this);
        try
        {
            fixed (short* pcmAt = pcm)
                ThrowUnlessOk(_native.ConcealFrame(_arena.Object, (uint)ending, pcmAt), "concealing a frame", default, 0);
        }
        finally
        {
            _arena.Leave();
        }
    }

    /// <summary>Puts the decoder back to the start of a stream, also from between the hops of a frame.</summary>
    /// <exception cref="InvalidOperationException">Another thread is in a call of this decoder.</exception>
    /// <exception cref="ObjectDisposedException">The decoder is disposed.</exception>
    public void Reset()
    {
        _arena.Enter(this);
        try
        {
            ThrowUnlessOk(_native.DecoderReset(_arena.Object), "resetting a decoder", default, 0);
        }
        finally
        {
            _arena.Leave();
        }
    }

    /// <summary>Frees the arena, after a call in progress if there is one. Any number of calls do the same as one.</summary>
    public void Dispose() => _arena.Dispose();

    // An empty span's pointer is null, which the library would call a null pointer; to this class's callers it means no layers.
    private static ref readonly ushort NeverNull(ReadOnlySpan<ushort> codes) => ref codes.IsEmpty ? ref NoCodes : ref codes[0];

    private static void RequireRoom(Span<short> pcm, long samples, string what)
    {
        if (pcm.Length < samples)
            throw new ArgumentException($"There is room for {pcm.Length} samples; {what} would give {samples}.", nameof(pcm));
    }

    private void ThrowUnlessOk(int status, string call, ReadOnlySpan<ushort> codes, int layers)
    {
        if (status != 0)
            Throw((EmittedStatus)status, call, codes, layers);
    }

    [DoesNotReturn]
    private void Throw(EmittedStatus status, string call, ReadOnlySpan<ushort> codes, int layers)
    {
        string detail = status switch
        {
            EmittedStatus.Layers => $"; {layers} layers given, {Model.MinLayers} to {Model.MaxLayers} allowed",
            EmittedStatus.Code => DescribeBadCode(codes, layers),
            _ => "",
        };
        throw _arena.Refused(status, call, detail);
    }

    private string DescribeBadCode(ReadOnlySpan<ushort> codes, int layers)
    {
        int bad = 0;
        while (bad < codes.Length && codes[bad] < Model.CodebookSize)
            bad++;
        if (bad == codes.Length)
            return "";
        string frame = codes.Length > layers ? $" of frame {bad / layers}" : "";
        return $"; layer {bad % layers}{frame} has code {codes[bad]}, the largest is {Model.CodebookSize - 1}";
    }
}
