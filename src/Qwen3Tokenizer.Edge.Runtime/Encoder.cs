namespace Qwen3Tokenizer.Edge.Runtime;

/// <summary>
/// Turns one stream of speech into codes, frame by frame. The state lives in native memory of fixed size; a call allocates nothing.
/// </summary>
/// <remarks>
/// The codes of a frame need its own samples and earlier ones, never later ones. One thread at a time may use an instance; a call during
/// another thread's call is refused with <see cref="InvalidOperationException"/> and leaves the state alone. Encoders are independent of
/// each other. <see cref="Dispose"/> may come from any thread at any time: memory and library outlive a call in progress.
/// </remarks>
public sealed unsafe class Encoder : IDisposable
{
    private readonly Arena _arena;
    private readonly NativeInterface _native;

    internal Encoder(EmittedModel model)
    {
        Model = model;
        _native = model.Library.Native;
        // A model without an encoder has an arena of 0 bytes, and the library itself says why it makes none.
        _arena = new Arena(model, model.EncoderArenaBytes, _native.EncoderInit, "an encoder");
    }

    /// <summary>The model that this encoder makes codes for.</summary>
    public EmittedModel Model { get; }

    /// <summary>Encodes one frame (80 ms).</summary>
    /// <param name="pcm"><see cref="EmittedModel.EncoderFrameSamples"/> samples of 16 bits at <see cref="EmittedModel.EncoderSampleRate"/>.</param>
    /// <param name="codes">Receives one code per layer, layer 0 first: its length is the number of layers, 1 to
    /// <see cref="EmittedModel.EncoderLayers"/>, which may differ from frame to frame. Fewer layers give the first codes of more.</param>
    /// <exception cref="ArgumentException"><paramref name="pcm"/> is not one frame.</exception>
    /// <exception cref="EmittedLibraryException">The number of layers is out of range. Nothing was encoded and the state is as before.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in a call of this encoder.</exception>
    /// <exception cref="ObjectDisposedException">The encoder is disposed.</exception>
    public void EncodeFrame(ReadOnlySpan<short> pcm, Span<ushort> codes)
    {
        if (pcm.Length != Model.EncoderFrameSamples)
            throw new ArgumentException($"{pcm.Length} samples were given, and a frame has {Model.EncoderFrameSamples}.", nameof(pcm));
        _arena.Enter(this);
        try
        {
            ushort none;
            fixed (short* pcmAt = pcm)
            fixed (ushort* codesAt = codes)
                ThrowUnlessOk(_native.EncodeFrame(_arena.Object, pcmAt, NeverNull(codesAt, &none), (uint)codes.Length), "encoding a frame", codes.Length);
        }
        finally
        {
            _arena.Leave();
        }
    }

    /// <summary>
    /// Ends a stream: encodes the samples that are left over, followed by zeros until the decoder's delay is covered, and goes back to the
    /// start of a stream.
    /// </summary>
    /// <param name="rest">The samples behind the last whole frame, 0 to <see cref="EmittedModel.EncoderFrameSamples"/> - 1 of them.</param>
    /// <param name="codes">Receives <paramref name="layers"/> codes for each frame, frame after frame; room for
    /// <see cref="EmittedModel.EncoderFlushFrames"/> frames is always enough. What a longer span has behind them is left alone.</param>
    /// <param name="layers">Codes of a frame, 1 to <see cref="EmittedModel.EncoderLayers"/>.</param>
    /// <returns>Frames encoded: ceil((<paramref name="rest"/>'s length + <see cref="EmittedModel.EncoderDelaySamples"/>) /
    /// <see cref="EmittedModel.EncoderFrameSamples"/>).</returns>
    /// <exception cref="ArgumentException"><paramref name="rest"/> is a frame or longer, or <paramref name="codes"/> is too short. The
    /// state is as before.</exception>
    /// <exception cref="EmittedLibraryException">The number of layers is out of range. Nothing was encoded and the state is as before.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in a call of this encoder.</exception>
    /// <exception cref="ObjectDisposedException">The encoder is disposed.</exception>
    public int Flush(ReadOnlySpan<short> rest, Span<ushort> codes, int layers)
    {
        if (rest.Length >= Model.EncoderFrameSamples)
            throw new ArgumentException($"{rest.Length} samples are left over, and a whole frame of {Model.EncoderFrameSamples} has to be encoded as one.", nameof(rest));
        // A number of layers that the model does not have is the library's to refuse.
        long needed = layers > Model.EncoderLayers ? 0 : (long)Model.FlushFrames(rest.Length) * layers;
        if (codes.Length < needed)
            throw new ArgumentException($"There is room for {codes.Length} codes, and flushing gives {needed}.", nameof(codes));
        _arena.Enter(this);
        try
        {
            ushort none;
            uint frames;
            fixed (short* restAt = rest)
            fixed (ushort* codesAt = codes)
                ThrowUnlessOk(_native.EncodeFlush(_arena.Object, restAt, (uint)rest.Length, NeverNull(codesAt, &none), (uint)layers, &frames), "flushing an encoder", layers);
            return (int)frames;
        }
        finally
        {
            _arena.Leave();
        }
    }

    /// <summary>Puts the encoder back to the start of a stream.</summary>
    /// <exception cref="InvalidOperationException">Another thread is in a call of this encoder.</exception>
    /// <exception cref="ObjectDisposedException">The encoder is disposed.</exception>
    public void Reset()
    {
        _arena.Enter(this);
        try
        {
            ThrowUnlessOk(_native.EncoderReset(_arena.Object), "resetting an encoder", 0);
        }
        finally
        {
            _arena.Leave();
        }
    }

    /// <summary>Frees the arena, after a call in progress if there is one. Any number of calls do the same as one.</summary>
    public void Dispose() => _arena.Dispose();

    // An empty span's pointer is null, which the library would call a null pointer. It writes nothing where there are no layers or no frames.
    private static ushort* NeverNull(ushort* codes, ushort* none) => codes == null ? none : codes;

    private void ThrowUnlessOk(int status, string call, int layers)
    {
        if (status != 0)
            throw Refused((EmittedStatus)status, call, layers);
    }

    private EmittedLibraryException Refused(EmittedStatus status, string call, int layers) =>
        _arena.Refused(status, call, status == EmittedStatus.Layers ? $"; {layers} layers given, 1 to {Model.EncoderLayers} allowed" : "");
}
