using System.Buffers.Binary;

namespace Qwen3Tokenizer.Edge;

/// <summary>
/// The chain of check sums: the CRC of a block or trailer covers the four stored bytes of the CRC before it and then its own
/// bytes. So a section cannot be dropped, doubled or exchanged unnoticed, and is still checked from its own neighbourhood.
/// </summary>
internal static class Q3tSection
{
    public static uint Crc(uint previousCrc, ReadOnlySpan<byte> section)
    {
        Span<byte> previous = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(previous, previousCrc);
        return Crc32.Append(Crc32.Compute(previous), section);
    }
}
