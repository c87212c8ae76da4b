using Qwen3Tokenizer.Edge.Audio;

namespace Qwen3Tokenizer.Edge.Tests.Audio;

public sealed class WavWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("q3edge-wav-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Pcm16_has_the_44_byte_header_and_little_endian_samples()
    {
        var stream = new MemoryStream();
        WavWriter.WritePcm16(stream, (ReadOnlySpan<short>)[1, -2], 16000);
        byte[] expected = WavBytes.File(WavBytes.Chunk("fmt ", WavBytes.Fmt(1, 1, 16000, 16)), WavBytes.Chunk("data", WavBytes.Pcm16(1, -2)));
        Assert.Equal(44 + 4, expected.Length);
        Assert.Equal(expected, stream.ToArray());
    }

    [Theory]
    [InlineData(0f, 0)]
    [InlineData(1f, 32767)]
    [InlineData(2e30f, 32767)]
    [InlineData(-1f, -32768)]
    [InlineData(-7f, -32768)]
    [InlineData(0.5f / 32768, 0)]
    [InlineData(1.5f / 32768, 2)]
    [InlineData(2.5f / 32768, 2)]
    [InlineData(-0.5f / 32768, 0)]
    [InlineData(-1.5f / 32768, -2)]
    [InlineData(32766.6f / 32768, 32767)]
    public void Float_is_rounded_to_even_and_saturated(float sample, short expected) => Assert.Equal(expected, WavWriter.ToPcm16(sample));

    [Fact]
    public void Pcm16_survives_the_way_through_float()
    {
        float[] samples = [.. Enumerable.Range(-32768, 65536).Select(i => i / 32768f)];
        string path = Path.Combine(_folder, "all.wav");
        WavWriter.WritePcm16(path, samples, 24000);
        AudioClip clip = AudioFile.Read(path);
        Assert.Equal(24000, clip.SampleRate);
        Assert.Equal(samples, clip.Channel(0));
    }

    [Fact]
    public void Float32_has_a_fact_chunk_and_keeps_every_bit()
    {
        float[] samples = [0.1f, -1.75f, float.Epsilon];
        var stream = new MemoryStream();
        WavWriter.WriteFloat32(stream, samples, 8000);
        byte[] expected = WavBytes.File(
            WavBytes.Chunk("fmt ", [.. WavBytes.Fmt(3, 1, 8000, 32), 0, 0]),
            WavBytes.Chunk("fact", WavBytes.U32(3)),
            WavBytes.Chunk("data", [.. samples.SelectMany(BitConverter.GetBytes)]));
        Assert.Equal(expected, stream.ToArray());
        string path = Path.Combine(_folder, "float.wav");
        WavWriter.WriteFloat32(path, samples, 8000);
        Assert.Equal(expected, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_failure_leaves_the_old_file_and_nothing_else()
    {
        string path = Path.Combine(_folder, "kept.wav");
        WavWriter.WritePcm16(path, (ReadOnlySpan<short>)[1, 2, 3], 16000);
        byte[] before = File.ReadAllBytes(path);
        Assert.Throws<ArgumentException>(() => WavWriter.WritePcm16(path, (ReadOnlySpan<float>)[0f, float.NaN], 16000));
        Assert.Throws<ArgumentException>(() => WavWriter.WriteFloat32(path, [float.PositiveInfinity], 16000));
        Assert.Throws<ArgumentOutOfRangeException>(() => WavWriter.WriteFloat32(path, [0f], 0));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_longer_file_is_replaced_whole()
    {
        string path = Path.Combine(_folder, "short.wav");
        WavWriter.WritePcm16(path, new short[1000], 16000);
        WavWriter.WritePcm16(path, (ReadOnlySpan<short>)[5], 16000);
        Assert.Equal(46, new FileInfo(path).Length);
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_link_stays_a_link_to_the_new_content()
    {
        string target = Path.Combine(_folder, "target.wav"), link = Path.Combine(_folder, "link.wav");
        WavWriter.WritePcm16(target, new short[10], 16000);
        File.CreateSymbolicLink(link, target);
        WavWriter.WritePcm16(link, (ReadOnlySpan<short>)[5], 16000);
        Assert.Equal(target, new FileInfo(link).LinkTarget);
        Assert.Equal(46, new FileInfo(target).Length);
    }

    [Fact]
    public void An_empty_signal_makes_a_valid_file()
    {
        var stream = new MemoryStream();
        WavWriter.WritePcm16(stream, ReadOnlySpan<float>.Empty, 16000);
        stream.Position = 0;
        Assert.Equal(0, WavReader.Read(stream, "empty").Length);
    }
}
