namespace Qwen3Tokenizer.Edge;

/// <summary>
/// Codes of 1 to 16 bits as a gapless bit string, least significant bit first: bit <c>i</c> of the string is bit
/// <c>i mod 8</c> of byte <c>i / 8</c>, and a code's lowest bit comes first.
/// </summary>
public static class CodePacking
{
    /// <summary>Most bits that one code may have.</summary>
    public const int MaxBits = 16;

    /// <summary>Bytes that a number of codes fills, the last byte rounded up.</summary>
    /// <param name="codes">Number of codes, 0 or more.</param>
    /// <param name="bitsPerCode">1 to 16.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    /// <exception cref="OverflowException">The bit count exceeds 63 bits.</exception>
    public static long PackedBytes(long codes, int bitsPerCode)
    {
        CheckBits(bitsPerCode);
        ArgumentOutOfRangeException.ThrowIfNegative(codes);
        long bits = checked(codes * bitsPerCode);
        return (bits / 8) + (bits % 8 == 0 ? 0 : 1);
    }

    /// <summary>Writes codes into a bit string. Bits of the destination outside the codes keep their values.</summary>
    /// <param name="codes">Codes below 2^<paramref name="bitsPerCode"/>.</param>
    /// <param name="bitsPerCode">1 to 16.</param>
    /// <param name="destination">The bit string; bits to be written must be zero before.</param>
    /// <param name="bitOffset">Where in the string the first code goes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A code, the bits or the offset is out of its range.</exception>
    /// <exception cref="ArgumentException">The destination is too short; nothing was written.</exception>
    public static void Pack(ReadOnlySpan<ushort> codes, int bitsPerCode, Span<byte> destination, int bitOffset = 0)
    {
        CheckRoom(codes.Length, bitsPerCode, destination.Length, bitOffset);
        int position = bitOffset;
        foreach (ushort code in codes)
        {
            if (code >> bitsPerCode != 0)
                throw new ArgumentOutOfRangeException(nameof(codes), code, $"Code {code} does not fit {bitsPerCode} bits.");
            uint value = (uint)code << (position & 7);
            // At most 16 + 7 bits, so at most three bytes; a byte without a bit of this code is not touched.
            for (int i = position >> 3; value != 0; i++, value >>= 8)
                destination[i] |= (byte)value;
            position += bitsPerCode;
        }
    }

    /// <summary>Reads codes from a bit string.</summary>
    /// <param name="source">The bit string.</param>
    /// <param name="bitsPerCode">1 to 16.</param>
    /// <param name="codes">Filled completely.</param>
    /// <param name="bitOffset">Where in the string the first code lies.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bits or the offset is out of its range.</exception>
    /// <exception cref="ArgumentException">The source is too short; nothing was read.</exception>
    public static void Unpack(ReadOnlySpan<byte> source, int bitsPerCode, Span<ushort> codes, int bitOffset = 0)
    {
        CheckRoom(codes.Length, bitsPerCode, source.Length, bitOffset);
        uint mask = (1u << bitsPerCode) - 1;
        int position = bitOffset;
        for (int k = 0; k < codes.Length; k++)
        {
            int first = position >> 3;
            int last = (position + bitsPerCode - 1) >> 3;
            uint value = 0;
            for (int i = last; i >= first; i--)
                value = (value << 8) | source[i];
            codes[k] = (ushort)((value >> (position & 7)) & mask);
            position += bitsPerCode;
        }
    }

    private static void CheckBits(int bitsPerCode)
    {
        if (bitsPerCode is < 1 or > MaxBits)
            throw new ArgumentOutOfRangeException(nameof(bitsPerCode), bitsPerCode, "A code has 1 to 16 bits.");
    }

    private static void CheckRoom(int codes, int bitsPerCode, int bytes, int bitOffset)
    {
        CheckBits(bitsPerCode);
        ArgumentOutOfRangeException.ThrowIfNegative(bitOffset);
        long needed = ((long)codes * bitsPerCode) + bitOffset;
        // The running position is an int: strings longer than 2^31 - 1 bits are cut by the caller.
        if (needed > Math.Min(8L * bytes, int.MaxValue))
            throw new ArgumentException($"{codes} codes of {bitsPerCode} bits from bit {bitOffset} on do not fit {bytes} bytes.");
    }
}
