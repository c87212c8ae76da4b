using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Qwen3Tokenizer.Edge;

/// <summary>Minimal maps to and from .q3m files. The byte layout is in Q3T.md, "Minimal streams".</summary>
public static class MinimalMapFile
{
    private const int HeaderBytes = 40;
    private const int CrcBytes = 4;
    private const byte Version = 1;

    private static ReadOnlySpan<byte> Magic => [(byte)'Q', (byte)'3', (byte)'M', 0x1A];

    /// <summary>Reads a file.</summary>
    /// <param name="path">A .q3m file.</param>
    /// <exception cref="TokenFormatException">The file is not a whole, undamaged map.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static MinimalMap Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The bytes; left open, need not be seekable.</param>
    /// <param name="name">The stream's name, for messages.</param>
    /// <exception cref="TokenFormatException">The stream is not a whole, undamaged map.</exception>
    public static MinimalMap Read(Stream stream, string name = "minimal map")
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        ReadExactly(stream, header, "the header", name);
        if (!header.StartsWith(Magic))
            throw new TokenFormatException($"{name}: magic: {Convert.ToHexStringLower(header[..4])} is not that of a .q3m minimal map (51334d1a).");
        if (header[4] != Version)
            throw new TokenFormatException($"{name}: format version: {header[4]} is unknown, only version {Version} can be read.");
        (int layers, int bits, int baseBits) = (header[5], header[6], header[7]);
        if (layers is < 1 or > Q3tHeader.MaxLayers)
            throw new TokenFormatException($"{name}: layers: {layers} is not within 1 to {Q3tHeader.MaxLayers}.");
        if (bits is < 1 or >= CodePacking.MaxBits)
            throw new TokenFormatException($"{name}: bits of a minimal code: {bits} is not within 1 to {CodePacking.MaxBits - 1}.");
        uint crc = Crc32.Compute(header);
        ushort[] entries = [];
        var layer = new byte[2 << bits];
        for (int l = 0; l < layers; l++)
        {
            // Room follows the layers that have really come.
            ReadExactly(stream, layer, $"layer {l}", name);
            crc = Crc32.Append(crc, layer);
            Array.Resize(ref entries, (l + 1) << bits);
            for (int i = 0; i < 1 << bits; i++)
                entries[(l << bits) + i] = BinaryPrimitives.ReadUInt16LittleEndian(layer.AsSpan(2 * i));
        }
        Span<byte> stored = stackalloc byte[CrcBytes];
        ReadExactly(stream, stored, "the CRC", name);
        if (BinaryPrimitives.ReadUInt32LittleEndian(stored) != crc)
            throw new TokenFormatException($"{name}: CRC: {BinaryPrimitives.ReadUInt32LittleEndian(stored):x8} is stored but {crc:x8} computed, the file is damaged.");
        if (stream.ReadByte() >= 0)
            throw new TokenFormatException($"{name}: end of file: there are bytes after the CRC.");
        return new MinimalMap(new TokenSpace(header[8..]), baseBits, layers, entries, name);
    }

    /// <summary>Writes a file through a temporary one and a rename.</summary>
    /// <param name="path">The file to write or replace.</param>
    /// <param name="map">The map.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, MinimalMap map) => WholeFile.Write(path, stream => Write(stream, map));

    /// <summary>Writes to a stream, which stays open.</summary>
    /// <param name="stream">Where the bytes go.</param>
    /// <param name="map">The map.</param>
    public static void Write(Stream stream, MinimalMap map)
    {
        byte[] content = Content(map);
        Span<byte> crc = stackalloc byte[CrcBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(crc, Crc32.Compute(content));
        stream.Write(content);
        stream.Write(crc);
    }

    /// <summary>The token space of a map: the SHA-256 of its file up to the CRC.</summary>
    internal static TokenSpace SpaceOf(MinimalMap map) => new(SHA256.HashData(Content(map)));

    private static byte[] Content(MinimalMap map)
    {
        var content = new byte[HeaderBytes + (2 * map.Layers * map.Entries)];
        Magic.CopyTo(content);
        content[4] = Version;
        content[5] = (byte)map.Layers;
        content[6] = (byte)map.BitsPerCode;
        content[7] = (byte)map.BaseBitsPerCode;
        map.BaseSpace.CopyTo(content.AsSpan(8));
        int at = HeaderBytes;
        for (int l = 0; l < map.Layers; l++)
        {
            foreach (ushort code in map.Layer(l))
            {
                BinaryPrimitives.WriteUInt16LittleEndian(content.AsSpan(at), code);
                at += 2;
            }
        }
        return content;
    }

    private static void ReadExactly(Stream stream, Span<byte> bytes, string what, string name)
    {
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length)
            throw new TokenFormatException($"{name}: length: the file ends inside {what}, {bytes.Length - read} bytes early.");
    }
}
