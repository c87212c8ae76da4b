using System.Text;

namespace Qwen3Tokenizer.Edge.Tests.Tokens;

public sealed class Crc32Tests
{
    [Theory]
    [InlineData("", 0x00000000u)]
    [InlineData("123456789", 0xCBF43926u)] // the check value of CRC-32/ISO-HDLC
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339u)] // as zlib's crc32 gives it
    public void Known_messages_have_their_known_CRC(string text, uint expected) =>
        Assert.Equal(expected, Crc32.Compute(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Every_length_and_split_agrees_with_the_definition_bit_by_bit()
    {
        var random = new Random(1);
        for (int length = 0; length < 70; length++)
        {
            var data = new byte[length];
            random.NextBytes(data);
            uint expected = BitByBit(data);
            Assert.Equal(expected, Crc32.Compute(data));
            int cut = random.Next(length + 1);
            Assert.Equal(expected, Crc32.Append(Crc32.Compute(data.AsSpan(0, cut)), data.AsSpan(cut)));
        }
    }

    /// <summary>The division as IEEE 802.3 defines it, not reflected: message bits low first, remainder reversed at the end.</summary>
    private static uint BitByBit(byte[] data)
    {
        uint remainder = 0xFFFFFFFF;
        foreach (byte b in data)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                bool top = (remainder >> 31) != 0;
                remainder <<= 1;
                if (top != (((b >> bit) & 1) != 0))
                    remainder ^= 0x04C11DB7;
            }
        }
        uint reversed = 0;
        for (int bit = 0; bit < 32; bit++)
            reversed |= ((remainder >> bit) & 1) << (31 - bit);
        return ~reversed;
    }
}
