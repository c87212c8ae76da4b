using System.Buffers.Binary;

namespace Qwen3Tokenizer.Edge.Tests.Tokens;

public sealed class Q3tHostileTests
{
    private static readonly byte[] Small = Clips.Bytes(Clips.Random(new Random(8), 7, 3, 5), 3);

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        for (int bit = 0; bit < 8 * Small.Length; bit++)
        {
            byte[] bytes = [.. Small];
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var e = Assert.Throws<TokenFormatException>(() => Clips.Read(bytes));
            Assert.StartsWith("test.q3t: ", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        for (int length = 0; length < Small.Length; length++)
        {
            var e = Assert.Throws<TokenFormatException>(() => Clips.Read(Small[..length]));
            Assert.Contains($"ends after {length} bytes", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_byte_after_the_trailer_is_refused()
    {
        var e = Assert.Throws<TokenFormatException>(() => Clips.Read([.. Small, 0]));
        Assert.Contains("after the trailer", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_that_were_dropped_doubled_or_exchanged_are_noticed()
    {
        // Three frames of three codes of five bits: 2 + 6 + 4 bytes a block.
        const int Header = Q3tHeader.ByteLength;
        const int Block = 12;
        byte[] head = Small[..Header];
        byte[] first = Small[Header..(Header + Block)];
        byte[] second = Small[(Header + Block)..(Header + (2 * Block))];
        byte[] rest = Small[(Header + (2 * Block))..];
        Clips.Read([.. head, .. first, .. second, .. rest]);
        foreach (byte[] bytes in new byte[][]
        {
            [.. head, .. second, .. rest],
            [.. head, .. first, .. rest],
            [.. head, .. first, .. first, .. second, .. rest],
            [.. head, .. second, .. first, .. rest],
        })
        {
            var e = Assert.Throws<TokenFormatException>(() => Clips.Read(bytes));
            Assert.Contains("CRC", e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0, 0x52, "magic")]
    [InlineData(4, 2, "format version: 2")]
    [InlineData(5, 0, "layers: 0")]
    [InlineData(5, 65, "layers: 65")]
    [InlineData(6, 0, "bits per code: 0")]
    [InlineData(6, 17, "bits per code: 17")]
    [InlineData(7, 1, "reserved header byte: 1")]
    [InlineData(43, 0x80, "sample rate")]
    [InlineData(43, 0x01, "sample rate")]
    public void A_header_with_a_right_CRC_and_a_wrong_field_is_refused_by_that_field(int offset, byte value, string expected)
    {
        byte[] bytes = WithHeader(h => h[offset] = value);
        var e = Assert.Throws<TokenFormatException>(() => Clips.Read(bytes));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rates_and_block_sizes_of_zero_or_beyond_64_KiB_are_refused()
    {
        foreach ((Action<byte[]> change, string expected) in new (Action<byte[]>, string)[]
        {
            (h => BinaryPrimitives.WriteUInt32LittleEndian(h.AsSpan(40), 0), "sample rate: 0"),
            (h => BinaryPrimitives.WriteUInt16LittleEndian(h.AsSpan(44), 0), "samples per frame: 0"),
            (h => BinaryPrimitives.WriteUInt16LittleEndian(h.AsSpan(46), 0), "frames per block: 0"),
            (h =>
            {
                (h[5], h[6]) = (64, 16);
                BinaryPrimitives.WriteUInt16LittleEndian(h.AsSpan(46), 513);
            }, "frames per block: 513"),
        })
        {
            byte[] bytes = WithHeader(change);
            var e = Assert.Throws<TokenFormatException>(() => Clips.Read(bytes));
            Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0u, 0ul, 0u, "trailer says 0", true)]
    [InlineData(6u, 0ul, 0u, "trailer says 6", true)]
    [InlineData(0x80000000u, 0ul, 0u, "frames: 2147483648", true)]
    [InlineData(7u, 10240ul, 0u, "samples: 10240", true)] // eight frames of 1280, one too many
    [InlineData(7u, 10239ul, 0u, "", false)]
    [InlineData(7u, ulong.MaxValue, 0u, "samples: 18446744073709551615", true)]
    [InlineData(7u, 0ul, 0x80000000u, "delay: 2147483648", true)]
    [InlineData(7u, 0ul, 0x7FFFFFFFu, "", false)]
    public void A_trailer_with_a_right_CRC_must_fit_the_blocks(uint frames, ulong samples, uint delay, string expected, bool refused)
    {
        byte[] bytes = [.. Small];
        Span<byte> trailer = bytes.AsSpan(bytes.Length - Q3tTrailer.ByteLength);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[2..], frames);
        BinaryPrimitives.WriteUInt64LittleEndian(trailer[6..], samples);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[14..], delay);
        SetCrc(bytes, bytes.Length - Q3tTrailer.ByteLength, Q3tTrailer.ByteLength);
        if (refused)
        {
            var e = Assert.Throws<TokenFormatException>(() => Clips.Read(bytes));
            Assert.Contains(frames == 0 ? "frames: 0" : expected, e.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal((long)samples, Clips.Read(bytes).Samples);
        }
    }

    [Fact]
    public void A_trailer_right_after_the_header_is_refused()
    {
        byte[] bytes = [.. Small[..Q3tHeader.ByteLength], .. new byte[Q3tTrailer.ByteLength]];
        SetCrc(bytes, Q3tHeader.ByteLength, Q3tTrailer.ByteLength);
        var e = Assert.Throws<TokenFormatException>(() => Clips.Read(bytes));
        Assert.Contains("frames: 0", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bits_after_the_last_code_must_be_zero()
    {
        byte[] bytes = [.. Small];
        bytes[Q3tHeader.ByteLength + 2 + 5] |= 0x80; // 45 bits in 6 bytes: three bits unused
        SetCrc(bytes, Q3tHeader.ByteLength, 12);
        var e = Assert.Throws<TokenFormatException>(() => Clips.Read(bytes));
        Assert.Contains("bits set after the last code", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_that_claims_much_allocates_no_more_than_a_block_may_have()
    {
        // 65535 frames of one bit are promised, nothing follows.
        byte[] bytes = WithHeader(h =>
        {
            (h[5], h[6]) = (1, 1);
            BinaryPrimitives.WriteUInt16LittleEndian(h.AsSpan(46), 65535);
        });
        bytes = [.. bytes[..Q3tHeader.ByteLength], 0xFF, 0xFF];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<TokenFormatException>(() => Clips.Read(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Q3tHeader.MaxBlockBytes);
    }

    [Fact]
    public void Random_mutations_give_a_clip_or_one_kind_of_error_and_bounded_memory()
    {
        var random = new Random(9);
        byte[][] seeds = [Small, Clips.Bytes(Clips.Random(random, 150, 16, 11)), Clips.Bytes(Clips.Random(random, 60, 1, 1), 60)];
        for (int trial = 0; trial < 20_000; trial++)
        {
            byte[] bytes = [.. seeds[trial % seeds.Length]];
            for (int n = random.Next(1, 6); n > 0; n--)
                bytes[random.Next(3) == 0 ? random.Next(bytes.Length) : random.Next(Math.Min(80, bytes.Length))] = (byte)random.Next(256);
            if (random.Next(4) == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            // Half of the mutants get a right header CRC, so that what lies behind it is reached.
            if (random.Next(2) == 0 && bytes.Length >= Q3tHeader.ByteLength)
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(48), Crc32.Compute(bytes.AsSpan(0, 48)));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Assert.InRange(Clips.Read(bytes).Frames, 1, 150);
            }
            catch (TokenFormatException e)
            {
                Assert.StartsWith("test.q3t: ", e.Message, StringComparison.Ordinal);
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400_000);
        }
    }

    private static byte[] WithHeader(Action<byte[]> change)
    {
        byte[] bytes = [.. Small];
        change(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(48), Crc32.Compute(bytes.AsSpan(0, 48)));
        return bytes;
    }

    /// <summary>Makes a section's CRC right, as Q3T.md defines it: over the four bytes before the section and the section.</summary>
    private static void SetCrc(byte[] bytes, int start, int length) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(start + length - 4), Crc32.Compute(bytes.AsSpan(start - 4, length)));
}
