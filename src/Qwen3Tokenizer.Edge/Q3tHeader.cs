using System.Buffers.Binary;

namespace Qwen3Tokenizer.Edge;

/// <summary>What a token stream says about itself before its first frame. The byte layout is in Q3T.md.</summary>
/// <param name="Space">The token space that the codes belong to.</param>
/// <param name="Layers">Codes a frame, 1 to 64.</param>
/// <param name="BitsPerCode">Bits a code, 1 to 16.</param>
/// <param name="Rate">Frames a second.</param>
/// <param name="BlockFrames">Most frames in a block, 1 to 65535, and few enough that a full block's codes fit 65,536 bytes: a
/// reader never needs a larger buffer.</param>
public readonly record struct Q3tHeader(
    TokenSpace Space, int Layers, int BitsPerCode, FrameRate Rate, int BlockFrames = Q3tHeader.DefaultBlockFrames)
{
    /// <summary>Length of the header in a stream, in bytes.</summary>
    public const int ByteLength = 52;

    /// <summary>Format version that this code writes and reads.</summary>
    public const int Version = 1;

    /// <summary>Most layers a stream may have.</summary>
    public const int MaxLayers = 64;

    /// <summary>Frames a block unless a writer asks otherwise: a 30 s clip at 12.5 frames a second makes three blocks.</summary>
    public const int DefaultBlockFrames = 128;

    /// <summary>Most bytes that the codes of one block may fill.</summary>
    public const int MaxBlockBytes = 65536;

    private const int CrcOffset = ByteLength - 4;

    /// <summary>"Q3T" and the end-of-file character of old consoles, as PNG does: a file typed to a terminal stops there.</summary>
    private static ReadOnlySpan<byte> Magic => [(byte)'Q', (byte)'3', (byte)'T', 0x1A];

    /// <summary>Bytes that the codes of a block of some frames fill.</summary>
    internal int BlockBytes(int frames) => (int)CodePacking.PackedBytes((long)frames * Layers, BitsPerCode);

    /// <summary>Largest number of frames that a block of this shape may have.</summary>
    internal int MaxBlockFrames => (int)Math.Min(ushort.MaxValue, 8L * MaxBlockBytes / ((long)Layers * BitsPerCode));

    internal void Validate(string name)
    {
        Check(name, "layers", Layers, 1, MaxLayers);
        Check(name, "bits per code", BitsPerCode, 1, CodePacking.MaxBits);
        Check(name, "sample rate", Rate.SampleRate, 1, FrameRate.MaxSampleRate);
        Check(name, "samples per frame", Rate.SamplesPerFrame, 1, FrameRate.MaxSamplesPerFrame);
        Check(name, "frames per block", BlockFrames, 1, MaxBlockFrames);
    }

    /// <summary>Writes the header; returns its CRC.</summary>
    internal uint Write(Span<byte> destination)
    {
        Magic.CopyTo(destination);
        destination[4] = Version;
        destination[5] = (byte)Layers;
        destination[6] = (byte)BitsPerCode;
        destination[7] = 0;
        Space.CopyTo(destination[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[40..], (uint)Rate.SampleRate);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[44..], (ushort)Rate.SamplesPerFrame);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[46..], (ushort)BlockFrames);
        uint crc = Crc32.Compute(destination[..CrcOffset]);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[CrcOffset..], crc);
        return crc;
    }

    /// <summary>Reads and checks a header; <paramref name="crc"/> is its CRC.</summary>
    internal static Q3tHeader Read(ReadOnlySpan<byte> source, string name, out uint crc)
    {
        if (!source.StartsWith(Magic))
            throw new TokenFormatException($"{name}: magic: {Convert.ToHexStringLower(source[..4])} is not that of a .q3t token file (5133541a).");
        if (source[4] != Version)
            throw new TokenFormatException($"{name}: format version: {source[4]} is unknown, only version {Version} can be read.");
        crc = BinaryPrimitives.ReadUInt32LittleEndian(source[CrcOffset..]);
        uint actual = Crc32.Compute(source[..CrcOffset]);
        if (crc != actual)
            throw new TokenFormatException($"{name}: header CRC: {crc:x8} is stored but {actual:x8} computed, the header is damaged.");
        if (source[7] != 0)
            throw new TokenFormatException($"{name}: reserved header byte: {source[7]} is not 0.");
        uint sampleRate = BinaryPrimitives.ReadUInt32LittleEndian(source[40..]);
        var rate = new FrameRate((int)Math.Min(sampleRate, int.MaxValue), BinaryPrimitives.ReadUInt16LittleEndian(source[44..]));
        var header = new Q3tHeader(new TokenSpace(source.Slice(8, TokenSpace.ByteLength)), source[5], source[6], rate,
            BinaryPrimitives.ReadUInt16LittleEndian(source[46..]));
        header.Validate(name);
        return header;
    }

    private static void Check(string name, string field, int value, int min, int max)
    {
        if (value < min || value > max)
            throw new TokenFormatException($"{name}: {field}: {value} is not within {min} to {max}.");
    }
}
