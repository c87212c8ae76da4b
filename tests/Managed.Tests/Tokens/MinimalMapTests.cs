using System.Security.Cryptography;

namespace Qwen3Tokenizer.Edge.Tests.Tokens;

public sealed class MinimalMapTests
{
    // Two layers of four entries out of 16.
    private static readonly MinimalMap Small = new(Clips.Space, 4, 2, [0, 3, 9, 15, 1, 2, 7, 8]);

    private static readonly byte[] SmallFile =
    [
        0x51, 0x33, 0x4D, 0x1A, 1, 2, 2, 4,
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
        0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f,
        0, 0, 3, 0, 9, 0, 15, 0, 1, 0, 2, 0, 7, 0, 8, 0,
    ];

    [Fact]
    public void A_file_has_the_bytes_of_the_specification_and_the_crc_of_zip()
    {
        byte[] file = Write(Small);
        Assert.Equal(SmallFile, file[..^4]);
        Assert.Equal(0xEA2CE91Eu, BitConverter.ToUInt32(file, file.Length - 4));
    }

    [Fact]
    public void The_token_space_is_the_sha256_of_the_file_without_its_crc()
    {
        Assert.Equal(new TokenSpace(SHA256.HashData(SmallFile)), Small.Space);
        Assert.NotEqual(Small.Space, Small.BaseSpace);
    }

    [Fact]
    public void Another_base_space_another_shape_and_another_entry_are_another_token_space()
    {
        var spaces = new HashSet<TokenSpace>
        {
            Small.Space,
            new MinimalMap(TokenSpace.OfCodebooks([1]), 4, 2, [0, 3, 9, 15, 1, 2, 7, 8]).Space,
            new MinimalMap(Clips.Space, 5, 2, [0, 3, 9, 15, 1, 2, 7, 8]).Space,
            new MinimalMap(Clips.Space, 4, 2, [0, 3, 9, 14, 1, 2, 7, 8]).Space,
            new MinimalMap(Clips.Space, 4, 4, [0, 3, 9, 15, 1, 2, 7, 8]).Space,
        };
        Assert.Equal(5, spaces.Count);
    }

    [Fact]
    public void What_was_written_is_read()
    {
        MinimalMap read = Read(Write(Small));
        Assert.Equal((Small.BaseSpace, Small.Space), (read.BaseSpace, read.Space));
        Assert.Equal((2, 4, 2, 4), (read.Layers, read.Entries, read.BitsPerCode, read.BaseBitsPerCode));
        Assert.Equal([0, 3, 9, 15], read.Layer(0).ToArray());
        Assert.Equal([1, 2, 7, 8], read.Layer(1).ToArray());
    }

    [Fact]
    public void A_clip_is_expanded_and_reduced_again()
    {
        var minimal = new TokenClip(Small.Space, 2, 2, Clips.EdgeRate, [0, 0, 1, 3, 3, 2], 3000, 832);
        TokenClip full = Small.Expand(minimal);
        Assert.Equal([0, 1, 3, 8, 15, 7], full.Codes.ToArray());
        Assert.Equal((Clips.Space, 4, 2, Clips.EdgeRate, 3000L, 832), (full.Space, full.BitsPerCode, full.Layers, full.Rate, full.Samples, full.Delay));
        Clips.AssertSame(minimal, Small.Reduce(full));
    }

    [Fact]
    public void Fewer_layers_are_expanded_with_the_first_layers_of_the_map()
    {
        var minimal = new TokenClip(Small.Space, 1, 2, Clips.EdgeRate, [2, 3], 2000, 0);
        Assert.Equal([9, 15], Small.Expand(minimal).Codes.ToArray());
    }

    [Fact]
    public void A_frame_may_be_expanded_in_place_without_allocating()
    {
        ushort[] codes = [1, 3];
        Small.Expand(codes, codes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            if (!Small.TryReduce(codes, codes))
                Assert.Fail("The map lacks its own entries.");
            Small.Expand(codes, codes);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal([3, 8], codes);
    }

    [Fact]
    public void Codes_that_the_map_lacks_are_not_reduced()
    {
        Assert.False(Small.TryReduce([3, 3], new ushort[2]));
        Assert.False(Small.TryReduce([4, 1], new ushort[2]));
        var clip = new TokenClip(Clips.Space, 2, 4, Clips.EdgeRate, [0, 1, 3, 3], 0, 0);
        Assert.Contains("frame 1", Assert.Throws<TokenFormatException>(() => Small.Reduce(clip)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_code_beyond_the_entries_is_refused_with_its_place()
    {
        // The stream claims three bits, so that a code of 4 fits it, but the map has four entries.
        var clip = new TokenClip(Small.Space, 2, 3, Clips.EdgeRate, [0, 0, 0, 4], 0, 0);
        string message = Assert.Throws<TokenFormatException>(() => Small.Expand(clip)).Message;
        Assert.Equal("frame 1: codes: minimal code 4 in layer 1 is not below 4.", message);
    }

    [Fact]
    public void Other_token_spaces_and_more_layers_are_refused()
    {
        var full = new TokenClip(Clips.Space, 2, 4, Clips.EdgeRate, [0, 1], 0, 0);
        Assert.Contains("token space", Assert.Throws<TokenFormatException>(() => Small.Expand(full)).Message, StringComparison.Ordinal);
        var minimal = new TokenClip(Small.Space, 2, 2, Clips.EdgeRate, [0, 1], 0, 0);
        Assert.Contains("token space", Assert.Throws<TokenFormatException>(() => Small.Reduce(minimal)).Message, StringComparison.Ordinal);
        var three = new TokenClip(Small.Space, 3, 2, Clips.EdgeRate, [0, 1, 2], 0, 0);
        Assert.Contains("layers: 3", Assert.Throws<TokenFormatException>(() => Small.Expand(three)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Small.Expand([0, 1], new ushort[1]));
    }

    [Theory]
    [InlineData(4, 0, "layers: 0")]
    [InlineData(4, 65, "layers: 65")]
    [InlineData(1, 2, "bits of a full code: 1")]
    [InlineData(17, 2, "bits of a full code: 17")]
    [InlineData(4, 3, "entries: 8")]
    [InlineData(4, 8, "entries: 8")]
    [InlineData(2, 2, "entries: 8")]
    [InlineData(3, 2, "layer 0, entry 2: 9 does not fit")]
    public void A_map_of_another_shape_is_refused(int baseBits, int layers, string about)
    {
        var e = Assert.Throws<TokenFormatException>(() => new MinimalMap(Clips.Space, baseBits, layers, [0, 3, 9, 15, 1, 2, 7, 8]));
        Assert.Contains(about, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Entries_that_do_not_ascend_are_refused()
    {
        foreach (ushort[] entries in new ushort[][] { [1, 1, 2, 3], [2, 1, 3, 4] })
        {
            var e = Assert.Throws<TokenFormatException>(() => new MinimalMap(Clips.Space, 4, 1, entries));
            Assert.Contains("layer 0, entry 1: 1 does not come after", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_flipped_bit_of_a_file_is_noticed()
    {
        byte[] file = Write(Small);
        for (int bit = 0; bit < 8 * file.Length; bit++)
        {
            byte[] bytes = [.. file];
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.StartsWith("test.q3m: ", Assert.Throws<TokenFormatException>(() => Read(bytes)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_truncation_and_any_byte_after_the_end_is_refused()
    {
        byte[] file = Write(Small);
        for (int length = 0; length < file.Length; length++)
            Assert.Contains("ends inside", Assert.Throws<TokenFormatException>(() => Read(file[..length])).Message, StringComparison.Ordinal);
        Assert.Contains("after the CRC", Assert.Throws<TokenFormatException>(() => Read([.. file, 0])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, "magic")]
    [InlineData(4, 2, "format version: 2")]
    [InlineData(5, 0, "layers: 0")]
    [InlineData(5, 65, "layers: 65")]
    [InlineData(6, 0, "bits of a minimal code: 0")]
    [InlineData(6, 16, "bits of a minimal code: 16")]
    [InlineData(7, 3, "does not fit the 3 bits")]
    [InlineData(7, 17, "bits of a full code: 17")]
    [InlineData(42, 9, "layer 0, entry 2: 9 does not come after 9")]
    public void A_wrong_field_is_named_even_where_the_crc_is_right(int at, byte value, string about)
    {
        byte[] file = Write(Small);
        file[at] = value;
        BitConverter.TryWriteBytes(file.AsSpan(file.Length - 4), Crc32.Compute(file.AsSpan(0, file.Length - 4)));
        Assert.Contains(about, Assert.Throws<TokenFormatException>(() => Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_promises_megabytes_allocates_only_what_comes()
    {
        byte[] head = [.. SmallFile[..40]];
        (head[5], head[6], head[7]) = (64, 15, 16);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<TokenFormatException>(() => Read(head));
        // 64 layers would be 4 MiB; the buffer of one layer is 64 KiB.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    private static byte[] Write(MinimalMap map)
    {
        using var stream = new MemoryStream();
        MinimalMapFile.Write(stream, map);
        return stream.ToArray();
    }

    private static MinimalMap Read(byte[] bytes) => MinimalMapFile.Read(new MemoryStream(bytes), "test.q3m");
}
