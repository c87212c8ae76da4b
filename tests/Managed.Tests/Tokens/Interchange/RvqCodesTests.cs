using Qwen3Tokenizer.Edge.Interchange;

namespace Qwen3Tokenizer.Edge.Tests.Tokens.Interchange;

public sealed class RvqCodesTests
{
    // Layer 0 has codes 1 and 2047, layer 1 has 1024 and 5; 1 + 2047 * 2^11 + 1024 * 2^22 + 5 * 2^33, little-endian.
    private const string TwoByTwo = "01f83f000b00";

    // Three layers of three frames of nine bits: 511, 0, 1; 256, 255, 2; 3, 4, 5, packed the same way.
    private const string ThreeByThree = "ff010400f84fc000020500";

    [Fact]
    public void Codes_lie_layer_by_layer_lowest_bit_first()
    {
        CodeMatrix codes = Read(TwoByTwo, 2);
        Assert.Equal((2, 2), (codes.Layers, codes.Frames));
        Assert.Equal([1, 1024, 2047, 5], codes.Codes.ToArray());
        Assert.Equal([511, 256, 3, 0, 255, 4, 1, 2, 5], Read(ThreeByThree, 3, 9).Codes.ToArray());
    }

    [Fact]
    public void A_matrix_is_written_as_packed_by_hand()
    {
        Assert.Equal(TwoByTwo, Written(new CodeMatrix(2, [1, 1024, 2047, 5]), 11));
        Assert.Equal(ThreeByThree, Written(new CodeMatrix(3, [511, 256, 3, 0, 255, 4, 1, 2, 5]), 9));
    }

    [Fact]
    public void Every_shape_and_width_comes_back()
    {
        var random = new Random(3);
        foreach (int bits in new[] { 8, 9, 11, 16 })
        {
            foreach ((int layers, int frames) in new[] { (1, 1), (1, 2), (16, 1), (16, 375), (7, 13), (64, 300), (16, 1024), (3, 8193) })
            {
                var codes = new CodeMatrix(layers, [.. Enumerable.Range(0, layers * frames).Select(_ => (ushort)random.Next(1 << bits))]);
                CodeMatrix back = Read(Written(codes, bits), layers, bits);
                Assert.Equal(frames, back.Frames);
                Assert.True(codes.Codes.SequenceEqual(back.Codes));
            }
        }
    }

    [Theory]
    [InlineData("", 1, "0 bytes are not one or more whole frames of 1 layers")]
    [InlineData(TwoByTwo, 3, "6 bytes are not one or more whole frames of 3 layers of 11 bits")]
    [InlineData(TwoByTwo + "00", 4, "7 bytes are not")]
    [InlineData("01", 1, "1 bytes are not")]
    [InlineData("01f83f001b00", 2, null)]
    [InlineData("01f83f000b10", 2, "byte 5: 16 has bits set after the last code")]
    public void Lengths_and_padding_must_fit_the_shape(string hex, int layers, string? refused)
    {
        if (refused is null)
        {
            Assert.Equal(2, Read(hex, layers).Frames);
            return;
        }
        var e = Assert.Throws<TokenFormatException>(() => Read(hex, layers));
        Assert.Contains("test.rvq: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(refused, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shapes_outside_the_format_are_refused()
    {
        foreach ((int layers, int bits) in new[] { (0, 11), (65, 11), (1, 7), (1, 17) })
            Assert.Throws<ArgumentOutOfRangeException>(() => Read(TwoByTwo, layers, bits));
        var e = Assert.Throws<TokenFormatException>(() => Written(new CodeMatrix(2, [1, 2, 3, 2048]), 11));
        Assert.Contains("frame 1, layer 1: 2048", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_becomes_a_clip_and_a_clip_a_file()
    {
        string folder = Directory.CreateTempSubdirectory("rvq").FullName;
        try
        {
            string path = Path.Combine(folder, "codes.rvq");
            TokenClip clip = Clips.Random(new Random(5), 30, 16, 11);
            RvqCodes.Write(path, CodeMatrix.Of(clip));
            Assert.Equal(30 * 22, new FileInfo(path).Length);
            TokenClip back = RvqCodes.Read(path, 16).ToClip(clip.Space, 11, clip.Rate, clip.Samples, clip.Delay);
            Clips.AssertSame(clip, back);
            Assert.Equal(30 * 1280, RvqCodes.Read(path, 16).ToClip(clip.Space, 11, clip.Rate).Samples);
            Assert.Throws<TokenFormatException>(() => RvqCodes.Read(path, 16).ToClip(clip.Space, 4, clip.Rate));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_matrix_has_whole_frames_and_1_to_64_layers()
    {
        Assert.Throws<TokenFormatException>(() => new CodeMatrix(0, [1]));
        Assert.Throws<TokenFormatException>(() => new CodeMatrix(65, new ushort[65]));
        Assert.Throws<TokenFormatException>(() => new CodeMatrix(2, [1, 2, 3]));
        Assert.Throws<TokenFormatException>(() => new CodeMatrix(2, []));
    }

    private static CodeMatrix Read(string hex, int layers, int bits = RvqCodes.DefaultBitsPerCode) =>
        RvqCodes.Read(new MemoryStream(Convert.FromHexString(hex)), layers, bits, "test.rvq");

    private static string Written(CodeMatrix codes, int bits)
    {
        using var stream = new MemoryStream();
        RvqCodes.Write(stream, codes, bits);
        return Convert.ToHexStringLower(stream.ToArray());
    }
}
