namespace Qwen3Tokenizer.Edge.Interchange;

/// <summary>
/// The <c>.rvq</c> files of qwentts.cpp: no header, [layers, frames] row-major, codes packed without gaps least significant bit
/// first, the last byte filled with zeros. The file says neither its layers nor its bits: the number of frames follows from
/// them and the length.
/// </summary>
public static class RvqCodes
{
    /// <summary>Bits a code where a codebook has 2048 entries, as in Qwen3-TTS-Tokenizer-12Hz.</summary>
    public const int DefaultBitsPerCode = 11;

    // With fewer than eight bits a code the padding could hold a whole code, and the number of frames would be a guess.
    private const int MinBitsPerCode = 8;

    // Eight codes fill whole bytes, so that each block begins on one.
    private const int BlockCodes = 8192;

    /// <summary>Reads a file.</summary>
    /// <param name="path">A .rvq file.</param>
    /// <param name="layers">Layers that the file was written with, 1 to 64.</param>
    /// <param name="bitsPerCode">Bits a code, 8 to 16.</param>
    /// <exception cref="TokenFormatException">The length is not that of one or more whole frames, or bits after the last code
    /// are set.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The layers or the bits are out of their range.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CodeMatrix Read(string path, int layers, int bitsPerCode = DefaultBitsPerCode)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, layers, bitsPerCode, path);
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The bytes; left open, need not be seekable.</param>
    /// <param name="layers">Layers that the stream was written with, 1 to 64.</param>
    /// <param name="bitsPerCode">Bits a code, 8 to 16.</param>
    /// <param name="name">The stream's name, for messages.</param>
    /// <exception cref="TokenFormatException">The length is not that of one or more whole frames, or bits after the last code
    /// are set.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The layers or the bits are out of their range.</exception>
    public static CodeMatrix Read(Stream stream, int layers, int bitsPerCode = DefaultBitsPerCode, string name = "rvq codes")
    {
        CheckShape(layers, bitsPerCode);
        var codes = new CodeBuffer(name);
        var block = new byte[BlockCodes / 8 * bitsPerCode];
        long length = 0;
        int unused = 0;
        int got;
        do
        {
            got = stream.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
            length += got;
            int whole = 8 * got / bitsPerCode;
            CodePacking.Unpack(block.AsSpan(0, got), bitsPerCode, codes.Add(whole));
            if (got > 0)
                unused = CheckPadding(block.AsSpan(0, got), (8 * got) - (whole * bitsPerCode), length, name);
        }
        while (got == block.Length);
        if (codes.Count == 0 || codes.Count % layers != 0 || unused >= 8)
            throw new TokenFormatException($"{name}: length: {length} bytes are not one or more whole frames of {layers} layers of {bitsPerCode} bits.");
        int frames = codes.Count / layers;
        return new CodeMatrix(layers, CodeMatrix.Transpose(codes.ToArray(codes.Count), layers, frames), name);
    }

    /// <summary>Writes a file through a temporary one and a rename.</summary>
    /// <param name="path">The file to write or replace.</param>
    /// <param name="codes">The codes.</param>
    /// <param name="bitsPerCode">Bits a code, 8 to 16; every code must fit.</param>
    /// <exception cref="TokenFormatException">A code does not fit its bits.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The bits are out of their range.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, CodeMatrix codes, int bitsPerCode = DefaultBitsPerCode) =>
        WholeFile.Write(path, stream => Write(stream, codes, bitsPerCode));

    /// <summary>Writes to a stream, which stays open.</summary>
    /// <param name="stream">Where the bytes go.</param>
    /// <param name="codes">The codes.</param>
    /// <param name="bitsPerCode">Bits a code, 8 to 16; every code must fit.</param>
    /// <exception cref="TokenFormatException">A code does not fit its bits; nothing was written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The bits are out of their range.</exception>
    public static void Write(Stream stream, CodeMatrix codes, int bitsPerCode = DefaultBitsPerCode)
    {
        CheckShape(codes.Layers, bitsPerCode);
        ushort[] all = codes.LayerMajor();
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i] >> bitsPerCode != 0)
                throw new TokenFormatException($"rvq codes: code of frame {i % codes.Frames}, layer {i / codes.Frames}: {all[i]} does not fit {bitsPerCode} bits.");
        }
        var block = new byte[BlockCodes / 8 * bitsPerCode];
        for (int i = 0; i < all.Length; i += BlockCodes)
        {
            ReadOnlySpan<ushort> part = all.AsSpan(i, Math.Min(BlockCodes, all.Length - i));
            Span<byte> bytes = block.AsSpan(0, (int)CodePacking.PackedBytes(part.Length, bitsPerCode));
            bytes.Clear();
            CodePacking.Pack(part, bitsPerCode, bytes);
            stream.Write(bytes);
        }
    }

    /// <summary>Bits after the last whole code: 0 in every file that was written whole. Returns their number.</summary>
    private static int CheckPadding(ReadOnlySpan<byte> block, int unused, long length, string name)
    {
        if (unused is > 0 and < 8 && block[^1] >> (8 - unused) != 0)
            throw new TokenFormatException($"{name}: byte {length - 1}: {block[^1]} has bits set after the last code, the file is truncated or has another number of bits a code.");
        return unused;
    }

    private static void CheckShape(int layers, int bitsPerCode)
    {
        if (layers is < 1 or > Q3tHeader.MaxLayers)
            throw new ArgumentOutOfRangeException(nameof(layers), layers, $"A .rvq file has 1 to {Q3tHeader.MaxLayers} layers.");
        if (bitsPerCode is < MinBitsPerCode or > CodePacking.MaxBits)
            throw new ArgumentOutOfRangeException(nameof(bitsPerCode), bitsPerCode, $"A .rvq code has {MinBitsPerCode} to {CodePacking.MaxBits} bits.");
    }
}
