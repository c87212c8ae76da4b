using System.Numerics;

namespace Qwen3Tokenizer.Edge.Tests.Tokens;

public sealed class CodePackingTests
{
    [Fact]
    public void Three_codes_of_eleven_bits_pack_to_bytes_worked_out_by_hand()
    {
        // 0x7FF, 0x001, 0x400, low bits first: 11111111111 10000000000 00000000001 -> bytes FF 0F 00 00 01.
        var bytes = new byte[5];
        CodePacking.Pack([0x7FF, 0x001, 0x400], 11, bytes);
        Assert.Equal([0xFF, 0x0F, 0x00, 0x00, 0x01], bytes);
    }

    [Fact]
    public void Any_codes_at_any_offset_come_back_and_equal_one_large_number()
    {
        var random = new Random(2);
        for (int trial = 0; trial < 500; trial++)
        {
            int bits = random.Next(1, 17);
            int offset = random.Next(0, 20);
            var codes = new ushort[random.Next(0, 40)];
            BigInteger expected = 0;
            for (int i = 0; i < codes.Length; i++)
            {
                codes[i] = (ushort)random.Next(1 << bits);
                expected += (BigInteger)codes[i] << (offset + (i * bits));
            }
            var bytes = new byte[((codes.Length * bits) + offset + 7) / 8];
            CodePacking.Pack(codes, bits, bytes, offset);
            Assert.Equal(expected, new BigInteger(bytes, isUnsigned: true));
            var back = new ushort[codes.Length];
            CodePacking.Unpack(bytes, bits, back, offset);
            Assert.Equal(codes, back);
        }
    }

    [Theory]
    [InlineData(0, 11, 0)]
    [InlineData(1, 11, 2)]
    [InlineData(6000, 11, 8250)] // 30 s of 16 layers: the project's promise
    [InlineData(8, 1, 1)]
    [InlineData(9, 1, 2)]
    [InlineData(3, 16, 6)]
    public void Packed_length_is_the_bits_rounded_up(long codes, int bits, long bytes) =>
        Assert.Equal(bytes, CodePacking.PackedBytes(codes, bits));

    [Fact]
    public void Codes_bits_and_buffers_out_of_range_are_refused()
    {
        var bytes = new byte[2];
        Assert.Throws<ArgumentOutOfRangeException>(() => CodePacking.Pack([0x800], 11, bytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => CodePacking.Pack([0], 0, bytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => CodePacking.Pack([0], 17, bytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => CodePacking.Pack([0], 11, bytes, -1));
        Assert.Throws<ArgumentException>(() => CodePacking.Pack([0, 0], 11, bytes));
        Assert.Throws<ArgumentException>(() => CodePacking.Unpack(bytes, 11, new ushort[2]));
        Assert.Throws<ArgumentException>(() => CodePacking.Unpack(bytes, 11, new ushort[1], 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => CodePacking.PackedBytes(-1, 11));
    }
}
