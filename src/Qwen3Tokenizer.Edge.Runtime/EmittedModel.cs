namespace Qwen3Tokenizer.Edge.Runtime;

/// <summary>
/// A model in an <see cref="EmittedLibrary"/>: what its descriptor says, and the way to its decoders and encoders.
/// </summary>
/// <remarks>
/// Immutable; any number of threads may share an instance. What it says stays readable after the library is disposed, but new decoders
/// and encoders need the library.
/// </remarks>
public sealed class EmittedModel
{
    private readonly ModelDescriptor _descriptor;

    internal EmittedModel(EmittedLibrary library, nint address, ModelDescriptor descriptor)
    {
        Library = library;
        Address = address;
        _descriptor = descriptor;
        TokenSpaceHex = Convert.ToHexStringLower(descriptor.TokenSpace);
    }

    /// <summary>The library that holds the model.</summary>
    public EmittedLibrary Library { get; }

    /// <summary>The model's name, for example <c>edge-light</c>.</summary>
    public string Name => _descriptor.Name;

    /// <summary>Version of the integer arithmetic: equal versions give equal samples for equal weights, on every processor.</summary>
    public int ArithmeticVersion => _descriptor.Arithmetic;

    /// <summary>Sample rate of the decoded speech in Hz.</summary>
    public int SampleRate => _descriptor.SampleRate;

    /// <summary>Samples that a frame (80 ms) decodes to.</summary>
    public int FrameSamples => _descriptor.FrameSamples;

    /// <summary>Samples of a hop (20 ms): a quarter of a frame.</summary>
    public int HopSamples => _descriptor.HopSamples;

    /// <summary>Delay of the decoder in samples: output sample j belongs to input sample j - <see cref="DelaySamples"/>.</summary>
    public int DelaySamples => _descriptor.DelaySamples;

    /// <summary>Fewest layers that a frame may have.</summary>
    public int MinLayers => _descriptor.MinLayers;

    /// <summary>Most layers that a frame may have.</summary>
    public int MaxLayers => _descriptor.MaxLayers;

    /// <summary>Layers that influence the samples; codes of those above are checked and ignored.</summary>
    public int UsedLayers => _descriptor.UsedLayers;

    /// <summary>Codes are 0 to <see cref="CodebookSize"/> - 1.</summary>
    public int CodebookSize => _descriptor.CodebookSize;

    /// <summary>Native memory that a decoder takes, in bytes, when it decodes one frame at a time.</summary>
    public int DecoderArenaBytes => _descriptor.DecoderArenaBytes;

    /// <summary>Native memory that each further frame takes which <see cref="Decoder.DecodeFrames"/> decodes at once, in bytes.</summary>
    public int DecoderFrameBytes => _descriptor.DecoderFrameBytes;

    /// <summary>Whether the model has an encoder; without one, the encoder's properties are 0.</summary>
    public bool CanEncode => _descriptor.EncoderArenaBytes != 0;

    /// <summary>Sample rate of the speech that the encoder takes, in Hz.</summary>
    public int EncoderSampleRate => _descriptor.EncoderSampleRate;

    /// <summary>Samples that a frame (80 ms) is encoded from.</summary>
    public int EncoderFrameSamples => _descriptor.EncoderFrameSamples;

    /// <summary>A clip of n samples becomes ceil((n + <see cref="EncoderDelaySamples"/>) / <see cref="EncoderFrameSamples"/>) frames,
    /// which the decoder needs to give back all of it.</summary>
    public int EncoderDelaySamples => _descriptor.EncoderDelaySamples;

    /// <summary>Most layers that a frame can be encoded to; the fewest is 1.</summary>
    public int EncoderLayers => _descriptor.EncoderLayers;

    /// <summary>Native memory that an encoder takes, in bytes.</summary>
    public int EncoderArenaBytes => _descriptor.EncoderArenaBytes;

    /// <summary>Most frames that <see cref="Encoder.Flush"/> gives: those of one sample less than a frame and the delay.</summary>
    public int EncoderFlushFrames => CanEncode ? _descriptor.FlushFrames(EncoderFrameSamples - 1) : 0;

    /// <summary>The 32 bytes of the SHA-256 that names the model's codebooks; it decodes only tokens of this token space.</summary>
    public ReadOnlySpan<byte> TokenSpaceBytes => _descriptor.TokenSpace;

    /// <summary><see cref="TokenSpaceBytes"/> as 64 lower-case hexadecimal digits.</summary>
    public string TokenSpaceHex { get; }

    internal nint Address { get; }

    /// <summary>Frames that <see cref="Encoder.Flush"/> gives for some samples.</summary>
    internal int FlushFrames(int samples) => _descriptor.FlushFrames(samples);

    /// <summary>Makes a decoder at the start of a stream, with an arena of its own.</summary>
    /// <exception cref="ObjectDisposedException">The library is disposed.</exception>
    /// <exception cref="EmittedLibraryException">The library refuses the model.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory for the arena.</exception>
    public Decoder CreateDecoder() => CreateDecoder(1);

    /// <summary>
    /// Makes a decoder at the start of a stream whose arena has room for several frames at once: <see cref="Decoder.DecodeFrames"/> then takes
    /// less time for each. 16 to 64 frames gain nearly all there is.
    /// </summary>
    /// <param name="maxFrames">Frames at once, at least 1. The arena takes <see cref="DecoderArenaBytes"/> + (<paramref name="maxFrames"/> - 1) *
    /// <see cref="DecoderFrameBytes"/> bytes. Calls with more frames work too, in pieces of this size.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxFrames"/> is not positive, or the arena would have 2 GiB or more.</exception>
    /// <exception cref="ObjectDisposedException">The library is disposed.</exception>
    /// <exception cref="EmittedLibraryException">The library refuses the model.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory for the arena.</exception>
    public Decoder CreateDecoder(int maxFrames)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxFrames);
        long bytes = DecoderArenaBytes + ((maxFrames - 1L) * DecoderFrameBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, int.MaxValue, nameof(maxFrames));
        return new Decoder(this, (int)bytes);
    }

    /// <summary>Makes an encoder at the start of a stream, with an arena of its own.</summary>
    /// <exception cref="ObjectDisposedException">The library is disposed.</exception>
    /// <exception cref="EmittedLibraryException">The model has no encoder (<see cref="EmittedStatus.Unsupported"/>), or the library refuses it.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory for the arena.</exception>
    public Encoder CreateEncoder() => new(this);
}
