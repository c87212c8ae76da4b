using System.Buffers.Binary;
using Qwen3Tokenizer.Edge.Audio;
using static Qwen3Tokenizer.Edge.Tests.Audio.WavBytes;

namespace Qwen3Tokenizer.Edge.Tests.Audio;

public class WavReaderTests
{
    private static readonly byte[] Fmt16 = Chunk("fmt ", Fmt(1, 1, 16000, 16));

    private static AudioClip Read(byte[] file) => WavReader.Read(new MemoryStream(file), "test.wav");

    private static string Refused(byte[] file)
    {
        string message = Assert.Throws<AudioFormatException>(() => Read(file)).Message;
        Assert.StartsWith("test.wav: ", message, StringComparison.Ordinal);
        return message;
    }

    [Fact]
    public void Pcm16_is_exactly_the_integer_divided_by_32768()
    {
        var all = new byte[65536 * 2];
        for (int i = 0; i < 65536; i++)
            BinaryPrimitives.WriteInt16LittleEndian(all.AsSpan(2 * i), (short)(i - 32768));

        AudioClip clip = Read(File(Fmt16, Chunk("data", all)));
        Assert.Equal(16000, clip.SampleRate);
        Assert.Equal(65536, clip.Length);
        for (int i = 0; i < 65536; i++)
            Assert.Equal((float)((i - 32768) / 32768.0), clip.Channel(0)[i]);
    }

    [Fact]
    public void Pcm8_is_offset_binary()
    {
        AudioClip clip = Read(File(Chunk("fmt ", Fmt(1, 1, 8000, 8)), Chunk("data", [0, 64, 128, 255])));
        Assert.Equal([-1f, -0.5f, 0f, 127f / 128], clip.Channel(0));
    }

    [Fact]
    public void Pcm24_keeps_all_bits_and_the_sign()
    {
        byte[] data = [0x00, 0x00, 0x80, 0xFF, 0xFF, 0xFF, 0x01, 0x00, 0x00, 0xFF, 0xFF, 0x7F];
        AudioClip clip = Read(File(Chunk("fmt ", Fmt(1, 1, 48000, 24)), Chunk("data", data)));
        Assert.Equal([-1f, -1f / 8388608, 1f / 8388608, 8388607f / 8388608], clip.Channel(0));
    }

    [Fact]
    public void Pcm32_is_scaled_by_2_to_the_31()
    {
        byte[] data = [.. U32(0x80000000), .. U32(0x40000000), .. U32(0xFFFFFF00)];
        AudioClip clip = Read(File(Chunk("fmt ", Fmt(1, 1, 48000, 32)), Chunk("data", data)));
        Assert.Equal([-1f, 0.5f, -256f / 2147483648f], clip.Channel(0));
    }

    [Fact]
    public void Float32_and_float64_are_taken_as_they_are()
    {
        byte[] singles = [.. BitConverter.GetBytes(0.1f), .. BitConverter.GetBytes(-3f)];
        byte[] doubles = [.. BitConverter.GetBytes(0.1), .. BitConverter.GetBytes(-3.0)];
        Assert.Equal([0.1f, -3f], Read(File(Chunk("fmt ", Fmt(3, 1, 44100, 32)), Chunk("data", singles))).Channel(0));
        Assert.Equal([0.1f, -3f], Read(File(Chunk("fmt ", Fmt(3, 1, 44100, 64)), Chunk("data", doubles))).Channel(0));
    }

    [Fact]
    public void Twenty_valid_bits_in_three_bytes_are_left_justified()
    {
        AudioClip clip = Read(File(Chunk("fmt ", Extensible(1, 1, 48000, 24, 20)), Chunk("data", [0x00, 0x00, 0x40])));
        Assert.Equal([0.5f], clip.Channel(0));
    }

    [Fact]
    public void Eight_channels_at_192_kHz_are_separated()
    {
        short[] frames = [.. Enumerable.Range(0, 24).Select(i => (short)(i * 100))];
        AudioClip clip = Read(File(Chunk("fmt ", Extensible(1, 8, 192000, 16, 16)), Chunk("data", Pcm16(frames))));
        Assert.Equal((8, 192000, 3), (clip.Channels, clip.SampleRate, clip.Length));
        Assert.Equal([500 / 32768f, 1300 / 32768f, 2100 / 32768f], clip.Channel(5));
    }

    [Fact]
    public void Extensible_float_is_recognised_by_its_guid()
    {
        AudioClip clip = Read(File(Chunk("fmt ", Extensible(3, 1, 48000, 32, 32)), Chunk("data", BitConverter.GetBytes(0.25f))));
        Assert.Equal([0.25f], clip.Channel(0));
    }

    [Fact]
    public void A_foreign_sub_format_guid_is_refused()
    {
        byte[] fmt = Extensible(1, 1, 48000, 16, 16);
        fmt[30] = 0x21;
        Assert.Contains("GUID", Refused(File(Chunk("fmt ", fmt), Chunk("data", [0, 0]))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0u, 0u)]
    [InlineData(0xFFFFFFFF, 0xFFFFFFFF)]
    [InlineData(36u, 0u)]
    [InlineData(0x7FFFF024u, 0x7FFFF000u)]
    [InlineData(44u, 1000u)]
    [InlineData(1u, 6u)]
    public void Lying_sizes_give_the_samples_that_are_there(uint riffSize, uint dataSize)
    {
        byte[] file = FileOf("RIFF", riffSize, Fmt16, Chunk("data", Pcm16(1, 2, 3), dataSize));
        float[] expected = [1 / 32768f, 2 / 32768f, 3 / 32768f];
        Assert.Equal(expected, Read(file).Channel(0));
        Assert.Equal(expected, WavReader.Read(new Pipe(file), "pipe").Channel(0));
    }

    [Fact]
    public void An_empty_data_chunk_is_a_clip_of_length_zero()
    {
        Assert.Equal(0, Read(File(Fmt16, Chunk("data", []))).Length);
        Assert.Equal(0, Read(File(Fmt16, Chunk("data", []), Chunk("LIST", new byte[20]))).Length);
    }

    [Fact]
    public void Chunks_after_the_data_are_not_samples()
    {
        AudioClip clip = Read(File(Fmt16, Chunk("data", Pcm16(7)), Chunk("LIST", new byte[20])));
        Assert.Equal([7 / 32768f], clip.Channel(0));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 0x41)]
    public void Odd_chunks_may_be_padded_or_not(bool pad, byte padding)
    {
        byte[] junk = Chunk("JUNK", [1, 2, 3], pad: false), info = Chunk("abcd", [9, 9, 9, 9, 9], pad: false);
        byte[] gap = pad ? [padding] : [];
        AudioClip clip = Read(File([.. junk, .. gap], Fmt16, [.. info, .. gap], Chunk("data", Pcm16(5, 6))));
        Assert.Equal([5 / 32768f, 6 / 32768f], clip.Channel(0));
    }

    [Fact]
    public void A_fmt_chunk_of_odd_size_is_read()
    {
        byte[] fmt = [.. Fmt(1, 1, 16000, 16), 0];
        Assert.Equal(1, Read(File(Chunk("fmt ", fmt), Chunk("data", Pcm16(5)))).Length);
    }

    [Fact]
    public void A_file_cut_off_gives_its_whole_frames()
    {
        byte[] whole = File(Chunk("fmt ", Fmt(1, 2, 16000, 16)), Chunk("data", Pcm16(1, 2, 3, 4, 5, 6)));
        for (int cut = 0; cut <= 12; cut++)
            Assert.Equal((12 - cut) / 4, Read(whole[..^cut]).Length);
    }

    [Fact]
    public void Every_cut_inside_the_headers_is_refused()
    {
        byte[] whole = File(Fmt16, Chunk("data", []));
        for (int length = 0; length < whole.Length; length++)
            Refused(whole[..length]);
    }

    [Fact]
    public void Rf64_and_bw64_take_the_size_from_ds64()
    {
        byte[] ds64 = [.. BitConverter.GetBytes(0L), .. BitConverter.GetBytes(4L), .. BitConverter.GetBytes(2L), .. U32(0)];
        foreach (string id in new[] { "RF64", "BW64" })
        {
            byte[] file = FileOf(id, 0xFFFFFFFF, Chunk("ds64", ds64), Fmt16, Chunk("data", Pcm16(8, 9), 0xFFFFFFFF), Chunk("LIST", new byte[10]));
            Assert.Equal([8 / 32768f, 9 / 32768f], Read(file).Channel(0));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_sample_that_is_no_finite_number_is_named(float bad)
    {
        float[] samples = new float[40000];
        samples[30001] = bad;
        byte[] data = [.. samples.SelectMany(BitConverter.GetBytes)];
        string message = Refused(File(Chunk("fmt ", Fmt(3, 2, 16000, 32)), Chunk("data", data)));
        Assert.Contains("sample 15000 of channel 1", message, StringComparison.Ordinal);
        byte[] doubles = [.. BitConverter.GetBytes(0.0), .. BitConverter.GetBytes((double)bad)];
        Assert.Contains("sample 1 of channel 0", Refused(File(Chunk("fmt ", Fmt(3, 1, 16000, 64)), Chunk("data", doubles))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_double_beyond_the_range_of_single_is_refused() =>
        Assert.Contains("sample 0", Refused(File(Chunk("fmt ", Fmt(3, 1, 16000, 64)), Chunk("data", BitConverter.GetBytes(1e300)))), StringComparison.Ordinal);

    [Theory]
    [InlineData(6, 8, "A-law")]
    [InlineData(7, 8, "mu-law")]
    [InlineData(0x55, 0, "MPEG")]
    [InlineData(0x1234, 16, "0x1234")]
    [InlineData(1, 0, "0 bits")]
    [InlineData(1, 64, "64 bits")]
    [InlineData(3, 16, "16 bits")]
    public void Encodings_that_are_not_read_are_named(int tag, int bits, string words) =>
        Assert.Contains(words, Refused(File(Chunk("fmt ", Fmt(tag, 1, 8000, bits)), Chunk("data", new byte[8]))), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 16000, 2, "0 channels")]
    [InlineData(65, 16000, 130, "65 channels")]
    [InlineData(1, 0, 2, "0 Hz")]
    [InlineData(1, 999, 2, "999 Hz")]
    [InlineData(1, 1000001, 2, "1000001 Hz")]
    [InlineData(1, -1, 2, "4294967295 Hz")]
    [InlineData(1, 16000, 0, "0 bytes per frame")]
    [InlineData(2, 16000, 2, "2 bytes per frame")]
    public void Impossible_fields_are_refused_with_their_value(int channels, int rate, int align, string words) =>
        Assert.Contains(words, Refused(File(Chunk("fmt ", Fmt(1, channels, rate, 16, align)), Chunk("data", new byte[8]))), StringComparison.Ordinal);

    [Fact]
    public void Missing_chunks_and_other_files_are_refused()
    {
        Assert.Contains("no fmt chunk", Refused(File(Chunk("JUNK", [1, 2]))), StringComparison.Ordinal);
        Assert.Contains("no data chunk", Refused(File(Fmt16)), StringComparison.Ordinal);
        Assert.Contains("no data chunk", Refused(File(Fmt16, Chunk("JUNK", [1, 2], 0xFFFFFFFF))), StringComparison.Ordinal);
        Assert.Contains("before any fmt", Refused(File(Chunk("data", [1, 2]), Fmt16)), StringComparison.Ordinal);
        Assert.Contains("10 bytes", Refused(File(Chunk("fmt ", new byte[10]), Chunk("data", []))), StringComparison.Ordinal);
        Assert.Contains("empty", Refused([]), StringComparison.Ordinal);
        Assert.Contains("not a WAV", Refused([.. "RIFX\0\0\0\0WAVE"u8]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_file_that_claims_gigabytes_allocates_little()
    {
        byte[] file = FileOf("RIFF", 0xFFFFFFFE, Chunk("fmt ", Fmt(3, 64, 16000, 64)), Chunk("data", new byte[512], 0xFFFFFFFE));
        Read(file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(1, Read(file).Length);
        Assert.Equal(1, WavReader.Read(new Pipe(file), "pipe").Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Random_mutations_give_a_clip_or_a_clear_error()
    {
        byte[] fmt = Extensible(3, 2, 48000, 32, 32);
        byte[] original = File(Chunk("JUNK", [1, 2, 3]), Chunk("fmt ", fmt), Chunk("LIST", new byte[6]), Chunk("data", new byte[64]), Chunk("id3 ", new byte[9]));
        var random = new Random(20260901);
        int clips = 0, errors = 0;
        for (int round = 0; round < 6000; round++)
        {
            byte[] file = [.. original];
            for (int edits = random.Next(1, 6); edits > 0; edits--)
                file[random.Next(file.Length)] = random.Next(3) switch { 0 => 0, 1 => 0xFF, _ => (byte)random.Next(256) };

            if (random.Next(4) == 0)
                file = file[..random.Next(file.Length)];

            try
            {
                AudioClip clip = round % 2 == 0 ? Read(file) : WavReader.Read(new Pipe(file), "pipe.wav");
                Assert.InRange((long)clip.Length * clip.Channels, 0, file.Length);
                clips++;
            }
            catch (AudioFormatException)
            {
                errors++;
            }
        }

        Assert.Equal(6000, clips + errors);
        Assert.True(clips > 500 && errors > 500, $"{clips} clips, {errors} errors");
    }

    /// <summary>A stream that cannot seek and gives its bytes in small pieces.</summary>
    private sealed class Pipe(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 7));
    }
}
