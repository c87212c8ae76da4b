using System.Buffers.Binary;

namespace Qwen3Tokenizer.Edge;

/// <summary>
/// CRC-32 of IEEE 802.3 (as in zip, PNG and Ethernet): polynomial 0x04C11DB7 reflected, start and final XOR 0xFFFFFFFF; the
/// nine ASCII digits "123456789" give 0xCBF43926. Eight bytes a step with eight tables (slicing-by-8, Kounavis and Berry
/// 2005).
/// </summary>
public static class Crc32
{
    private const uint ReflectedPolynomial = 0xEDB88320;

    private static readonly uint[] Tables = MakeTables();

    /// <summary>CRC-32 of a whole message.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>Continues a CRC: <c>Append(Compute(a), b)</c> is the CRC of a followed by b.</summary>
    /// <param name="crc">The CRC so far; 0 for an empty message.</param>
    /// <param name="data">The bytes that follow.</param>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        uint[] t = Tables;
        uint c = ~crc;
        while (data.Length >= 8)
        {
            uint low = c ^ BinaryPrimitives.ReadUInt32LittleEndian(data);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            c = t[(7 * 256) + (int)(low & 255)] ^ t[(6 * 256) + (int)((low >> 8) & 255)]
                ^ t[(5 * 256) + (int)((low >> 16) & 255)] ^ t[(4 * 256) + (int)(low >> 24)]
                ^ t[(3 * 256) + (int)(high & 255)] ^ t[(2 * 256) + (int)((high >> 8) & 255)]
                ^ t[256 + (int)((high >> 16) & 255)] ^ t[(int)(high >> 24)];
            data = data[8..];
        }
        foreach (byte b in data)
            c = t[(int)((c ^ b) & 255)] ^ (c >> 8);
        return ~c;
    }

    private static uint[] MakeTables()
    {
        var tables = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint c = i;
            for (int bit = 0; bit < 8; bit++)
                c = (c & 1) != 0 ? (c >> 1) ^ ReflectedPolynomial : c >> 1;
            tables[i] = c;
        }
        // Table k moves a byte past k further zero bytes.
        for (int i = 256; i < tables.Length; i++)
            tables[i] = tables[(int)(tables[i - 256] & 255)] ^ (tables[i - 256] >> 8);
        return tables;
    }
}
