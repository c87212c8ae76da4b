using System.Buffers.Binary;

namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>Token files that are damaged, foreign, or lie.</summary>
public sealed class BadTokens : IDisposable
{
    private const int HeaderBytes = 52;
    private static readonly TokenSpace EdgeSpace = TokenSpace.Parse("39ee2b1bf4155eeda2f12fab815793b3a374ac5aa2b18fc08ce8300d3533694c");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(44)]
    [InlineData(HeaderBytes)]
    [InlineData(HeaderBytes + 30)]
    [InlineData(-30)]
    [InlineData(-20)]
    [InlineData(-1)]
    public void A_flipped_bit_is_noticed(int at)
    {
        byte[] file = Good();
        file[at < 0 ? file.Length + at : at] ^= 4;
        Refused(file, "");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(51)]
    [InlineData(53)]
    [InlineData(100)]
    [InlineData(-1)]
    public void A_file_cut_off_is_refused(int length)
    {
        byte[] file = Good();
        Refused(file[..(length < 0 ? file.Length + length : length)], "");
    }

    [Fact]
    public void Another_token_space_is_refused() =>
        Refused(Bytes(new TokenClip(TokenSpace.OfCodebooks([1, 2, 3]), 16, 11, new FrameRate(16000, 1280), new ushort[16 * 10], 12800, 832)), "token space");

    [Fact]
    public void A_code_beyond_the_codebook_is_refused()
    {
        var codes = new ushort[16 * 10];
        codes[37] = 4000;
        Refused(Bytes(new TokenClip(EdgeSpace, 16, 12, new FrameRate(16000, 1280), codes, 12800, 832)), "4000");
    }

    [Fact]
    public void Too_few_layers_for_a_model_are_refused()
    {
        File.WriteAllBytes(_folder["in.q3t"], Bytes(new TokenClip(EdgeSpace, 2, 11, new FrameRate(16000, 1280), new ushort[20], 12800, 832)));
        Expect.Failure(Q3Edge.Run(_folder, "decode", "in.q3t", "-o", "out.wav", "--model", "edge-meter"), "in.q3t", "layers");
        Assert.Equal(["in.q3t"], _folder.Entries);
    }

    [Fact]
    public void A_block_that_claims_more_frames_than_the_file_has_is_refused()
    {
        byte[] file = Good();
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(HeaderBytes), 2000);
        Refused(file, "");
    }

    [Fact]
    public void Absurd_counts_with_a_right_checksum_are_refused()
    {
        byte[] file = Good();
        // The trailer chains to the CRC before it: 4 bytes of that, then marker, frames, samples, delay.
        Span<byte> trailer = file.AsSpan(file.Length - 22);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[2..], int.MaxValue);
        BinaryPrimitives.WriteUInt64LittleEndian(trailer[6..], 1280UL * int.MaxValue);
        uint crc = Crc32.Append(Crc32.Compute(file.AsSpan(file.Length - 26, 4)), trailer[..18]);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[18..], crc);
        Refused(file, $"{int.MaxValue}");
    }

    [Fact]
    public void An_absurd_sample_rate_with_a_right_checksum_is_refused()
    {
        byte[] file = Good();
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(40), 4_000_000_000);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(48), Crc32.Compute(file.AsSpan(0, 48)));
        Refused(file, "sample rate");
    }

    [Fact]
    public void Audio_is_not_tokens() => Refused(Sounds.Pcm16(Sounds.Buzz(0.2, 16000), 16000), "");

    [Fact]
    public void Info_refuses_damage_too()
    {
        byte[] file = Good();
        file[HeaderBytes + 30] ^= 1;
        File.WriteAllBytes(_folder["in.q3t"], file);
        Expect.Failure(Q3Edge.Run(_folder, "info", "in.q3t", "--json", "--codes"), "in.q3t", "CRC");
    }

    private static byte[] Good()
    {
        ushort[] codes = [.. Enumerable.Range(0, 16 * 40).Select(i => (ushort)(i * 7919 % 2048))];
        return Bytes(new TokenClip(EdgeSpace, 16, 11, new FrameRate(16000, 1280), codes, 51200, 832));
    }

    private static byte[] Bytes(TokenClip clip)
    {
        using var stream = new MemoryStream();
        TokenFile.Write(stream, clip);
        return stream.ToArray();
    }

    private void Refused(byte[] file, string about)
    {
        File.WriteAllBytes(_folder["in.q3t"], file);
        Expect.Failure(Q3Edge.Run(_folder, "decode", "in.q3t", "-o", "out.wav"), "in.q3t", about);
        Assert.Equal(["in.q3t"], _folder.Entries);
    }
}
