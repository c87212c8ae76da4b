using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Qwen3Tokenizer.Edge.Distillation.Teachers;

/// <summary>
/// A file of 16-bit values that a teacher made out of a block: magic, values a row, number of values, first four bytes of their SHA-256, gain of the speech; then the values. Little-endian.
/// </summary>
/// <param name="Magic">What the values are.</param>
/// <param name="RowLength">Values a row.</param>
internal sealed record CacheFile(uint Magic, int RowLength)
{
    /// <summary>Bytes before the values.</summary>
    public const int HeaderBytes = 20;

    /// <summary>Name of a block's file.</summary>
    public static string NameOf(SpeechBlock block, string ending) => string.Create(CultureInfo.InvariantCulture, $"{block.Offset}-{block.Samples}.{ending}");

    /// <summary>Writes a file; it appears whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="values">The values.</param>
    /// <param name="gain">Factor on the speech that they stand for.</param>
    public void Write(string path, ReadOnlySpan<ushort> values, float gain)
    {
        var bytes = new byte[HeaderBytes + (values.Length * sizeof(ushort))];
        MemoryMarshal.AsBytes(values).CopyTo(bytes.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), RowLength);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), values.Length);
        SHA256.HashData(bytes.AsSpan(HeaderBytes)).AsSpan(0, 4).CopyTo(bytes.AsSpan(12));
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(16), gain);
        string temporary = $"{path}.{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}.tmp";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="gain">Factor on the speech that the values must stand for.</param>
    /// <returns>Null for a file that is missing, damaged, of another shape or of another level: it is made again.</returns>
    public ushort[]? Read(string path, float gain)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        byte[] bytes = File.ReadAllBytes(path);
        return bytes.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic || BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4)) != RowLength
            || BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8)) != (bytes.Length - HeaderBytes) / 2
            || BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(16)) != gain
            || !SHA256.HashData(bytes.AsSpan(HeaderBytes)).AsSpan(0, 4).SequenceEqual(bytes.AsSpan(12, 4))
            ? null
            : MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan(HeaderBytes)).ToArray();
    }
}
