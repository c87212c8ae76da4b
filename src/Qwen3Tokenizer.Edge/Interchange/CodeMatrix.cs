namespace Qwen3Tokenizer.Edge.Interchange;

/// <summary>
/// Codes as other programs exchange them: layers and frames, without the token space, rate and length that a
/// <see cref="TokenClip"/> has. Immutable.
/// </summary>
public sealed class CodeMatrix
{
    private readonly ushort[] _codes;

    /// <summary>Makes a matrix from its codes.</summary>
    /// <param name="layers">Codes a frame, 1 to 64.</param>
    /// <param name="codes">Frame-major codes [frames, layers], one or more whole frames. Copied.</param>
    /// <exception cref="TokenFormatException">The number of layers is out of its range, or the codes are not whole
    /// frames.</exception>
    public CodeMatrix(int layers, ReadOnlySpan<ushort> codes)
        : this(layers, codes.ToArray(), "codes")
    {
    }

    /// <summary>Takes frame-major codes without a copy.</summary>
    internal CodeMatrix(int layers, ushort[] codes, string name)
    {
        CheckLayers(layers, name);
        if (codes.Length == 0 || codes.Length % layers != 0)
            throw new TokenFormatException($"{name}: codes: {codes.Length} codes are not one or more whole frames of {layers} layers.");
        Layers = layers;
        _codes = codes;
    }

    /// <summary>Codes a frame, 1 to 64.</summary>
    public int Layers { get; }

    /// <summary>Number of frames, 1 or more.</summary>
    public int Frames => _codes.Length / Layers;

    /// <summary>All codes, frame-major [frames, layers].</summary>
    public ReadOnlySpan<ushort> Codes => _codes;

    /// <summary>The codes of a clip.</summary>
    public static CodeMatrix Of(TokenClip clip) => new(clip.Layers, clip.Codes);

    /// <summary>Makes a clip: adds what these formats do not carry.</summary>
    /// <param name="space">The token space that the codes belong to.</param>
    /// <param name="bitsPerCode">Bits a code, 1 to 16; every code must fit.</param>
    /// <param name="rate">Frames a second.</param>
    /// <param name="samples">Length of the original in samples at <paramref name="rate"/>'s sample rate; null for all that the
    /// frames stand for.</param>
    /// <param name="delay">Samples at the same rate by which decoded audio lags behind the original, 0 or more.</param>
    /// <exception cref="TokenFormatException">A code does not fit its bits, or a value is out of its range.</exception>
    public TokenClip ToClip(TokenSpace space, int bitsPerCode, FrameRate rate, long? samples = null, int delay = 0) =>
        new(space, Layers, bitsPerCode, rate, _codes, samples ?? (long)Frames * rate.SamplesPerFrame, delay);

    /// <summary>The codes layer-major [layers, frames], as a new array.</summary>
    internal ushort[] LayerMajor() => Transpose(_codes, Frames, Layers);

    /// <summary>A row-major matrix with rows and columns exchanged.</summary>
    internal static ushort[] Transpose(ReadOnlySpan<ushort> source, int rows, int columns)
    {
        var result = new ushort[source.Length];
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
                result[(c * rows) + r] = source[(r * columns) + c];
        }
        return result;
    }

    internal static void CheckLayers(long layers, string name)
    {
        if (layers is < 1 or > Q3tHeader.MaxLayers)
            throw new TokenFormatException($"{name}: layers: {layers} is not within 1 to {Q3tHeader.MaxLayers}.");
    }
}
