namespace Qwen3Tokenizer.Edge;

/// <summary>
/// The tokens of one clip in memory: <see cref="Frames"/> frames of <see cref="Layers"/> codes each, with what a decoder has
/// to know about them. Immutable.
/// </summary>
public sealed class TokenClip
{
    private readonly ushort[] _codes;

    /// <summary>Makes a clip from its codes.</summary>
    /// <param name="space">The token space that the codes belong to.</param>
    /// <param name="layers">Codes a frame, 1 to 64.</param>
    /// <param name="bitsPerCode">Bits a code, 1 to 16.</param>
    /// <param name="rate">Frames a second, as a ratio of samples of the token space's own audio.</param>
    /// <param name="codes">Frame-major codes [frames, layers]: all layers of frame 0, then of frame 1. Copied.</param>
    /// <param name="samples">Length of the original in samples at <paramref name="rate"/>'s sample rate, 0 or more, less than
    /// one frame longer than the frames last.</param>
    /// <param name="delay">Samples at the same rate by which decoded audio lags behind the original, 0 or more.</param>
    /// <exception cref="TokenFormatException">A value is out of its range; the message names it.</exception>
    public TokenClip(TokenSpace space, int layers, int bitsPerCode, FrameRate rate, ReadOnlySpan<ushort> codes, long samples, int delay)
        : this(new Q3tHeader(space, layers, bitsPerCode, rate), codes.ToArray(), samples, delay, "clip")
    {
        for (int i = 0; i < _codes.Length; i++)
        {
            if (_codes[i] >> bitsPerCode != 0)
                throw new TokenFormatException($"clip: code of frame {i / layers}, layer {i % layers}: {_codes[i]} does not fit {bitsPerCode} bits.");
        }
    }

    /// <summary>Takes codes that are known to fit their bits without a copy.</summary>
    internal TokenClip(in Q3tHeader header, ushort[] codes, long samples, int delay, string name)
    {
        (header with { BlockFrames = 1 }).Validate(name);
        if (codes.Length == 0 || codes.Length % header.Layers != 0)
            throw new TokenFormatException($"{name}: codes: {codes.Length} codes are not one or more whole frames of {header.Layers} layers.");
        new Q3tTrailer(codes.Length / header.Layers, samples, delay).Validate(name, header.Rate);
        Space = header.Space;
        Layers = header.Layers;
        BitsPerCode = header.BitsPerCode;
        Rate = header.Rate;
        Samples = samples;
        Delay = delay;
        _codes = codes;
    }

    /// <summary>The token space that the codes belong to.</summary>
    public TokenSpace Space { get; }

    /// <summary>Codes a frame, 1 to 64.</summary>
    public int Layers { get; }

    /// <summary>Number of frames, 1 or more.</summary>
    public int Frames => _codes.Length / Layers;

    /// <summary>Bits a code, 1 to 16; every code is below 2^bits.</summary>
    public int BitsPerCode { get; }

    /// <summary>Frames a second.</summary>
    public FrameRate Rate { get; }

    /// <summary>Length of the original in samples at <see cref="Rate"/>'s sample rate.</summary>
    public long Samples { get; }

    /// <summary>Length of the original in samples at another rate, rounded up: what a decoder of that rate cuts its last frame to.</summary>
    /// <param name="sampleRate">Samples per second.</param>
    public long SamplesAt(int sampleRate) => ((Samples * sampleRate) + Rate.SampleRate - 1) / Rate.SampleRate;

    /// <summary>Samples at <see cref="Rate"/>'s sample rate by which decoded audio lags behind the original.</summary>
    public int Delay { get; }

    /// <summary>All codes, frame-major [frames, layers].</summary>
    public ReadOnlySpan<ushort> Codes => _codes;

    /// <summary>One code.</summary>
    /// <param name="frame">0 to <see cref="Frames"/> - 1.</param>
    /// <param name="layer">0 to <see cref="Layers"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The frame or the layer does not exist.</exception>
    public ushort this[int frame, int layer]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(layer);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(layer, Layers);
            return Frame(frame)[layer];
        }
    }

    /// <summary>The codes of one frame, [layers].</summary>
    /// <param name="frame">0 to <see cref="Frames"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The frame does not exist.</exception>
    public ReadOnlySpan<ushort> Frame(int frame)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frame);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(frame, Frames);
        return _codes.AsSpan(frame * Layers, Layers);
    }

    /// <summary>The same clip with only its first layers; residual codes make any prefix of the layers decodable.</summary>
    /// <param name="layers">1 to <see cref="Layers"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of layers is out of its range.</exception>
    public TokenClip KeepLayers(int layers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layers, Layers);
        if (layers == Layers)
            return this;
        var kept = new ushort[Frames * layers];
        for (int t = 0; t < Frames; t++)
            Frame(t)[..layers].CopyTo(kept.AsSpan(t * layers));
        return new TokenClip(new Q3tHeader(Space, layers, BitsPerCode, Rate), kept, Samples, Delay, "clip");
    }
}
