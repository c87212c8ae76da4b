namespace Qwen3Tokenizer.Edge.Tests.Tokens;

public sealed class Q3tFormatTests
{
    /// <summary>
    /// Two layers of 11 bits, blocks of two frames, frames (2047, 1) (1024, 5) (2047, 1024), 3000 samples, delay 832; put
    /// together from Q3T.md with Python's struct and zlib.
    /// </summary>
    private const string Example =
        "5133541a01020b00000102030405060708090a0b0c0d0e0f1011121314151617" +
        "18191a1b1c1d1e1f803e0000000502001334fef70200ff0f00000b002f31b7a3" +
        "0100ff072003b3ab7f000003000000b80b00000000000040030000bb72a79d";

    private static readonly TokenClip ExampleClip = new(Clips.Space, 2, 11, Clips.EdgeRate, [2047, 1, 1024, 5, 2047, 1024], 3000, 832);

    [Fact]
    public void A_clip_is_written_as_the_example_worked_out_by_hand() =>
        Assert.Equal(Example, Convert.ToHexStringLower(Clips.Bytes(ExampleClip, 2)));

    [Fact]
    public void The_example_worked_out_by_hand_is_read() =>
        Clips.AssertSame(ExampleClip, Clips.Read(Convert.FromHexString(Example)));

    [Fact]
    public void Any_shape_block_size_and_flushing_comes_back()
    {
        var random = new Random(3);
        for (int trial = 0; trial < 300; trial++)
        {
            int bits = random.Next(1, 17);
            int layers = random.Next(1, 65);
            TokenClip clip = Clips.Random(random, random.Next(1, 300), layers, bits);
            Clips.AssertSame(clip, Clips.Read(Clips.Bytes(clip)));
            byte[] streamed = Clips.Bytes(clip, random.Next(1, 200), _ => random.Next(10) == 0);
            Clips.AssertSame(clip, Clips.Read(streamed));
        }
    }

    [Fact]
    public void Thirty_seconds_cost_92_bytes_over_their_8250_of_codes()
    {
        TokenClip clip = Clips.Random(new Random(4), 375, 16, 11);
        Assert.Equal(8250, CodePacking.PackedBytes(375 * 16, 11));
        Assert.Equal(8250 + 92, Clips.Bytes(clip).Length);
        Assert.Equal(8250 + 92, Clips.Bytes(clip, Q3tHeader.DefaultBlockFrames).Length);
    }

    [Fact]
    public void Thirty_seconds_of_any_layers_and_bits_cost_at_most_96_bytes()
    {
        for (int layers = 1; layers <= 64; layers++)
        {
            for (int bits = 1; bits <= 16; bits++)
            {
                var clip = new TokenClip(Clips.Space, layers, bits, Clips.EdgeRate, new ushort[375 * layers], 480_000, 832);
                Assert.InRange(Clips.Bytes(clip).Length - CodePacking.PackedBytes(375L * layers, bits), 86, 96);
            }
        }
    }

    [Theory]
    [InlineData(1, 80)] // one block
    [InlineData(3750, 92)] // 5 minutes
    [InlineData(8934, 92)] // the longest clip in three blocks
    [InlineData(8935, 98)]
    public void Longer_clips_cost_what_the_layout_says(int frames, int overhead)
    {
        TokenClip clip = Clips.Random(new Random(5), frames, 16, 11);
        byte[] bytes = Clips.Bytes(clip);
        Assert.Equal(overhead, bytes.Length - CodePacking.PackedBytes(frames * 16, 11));
        Clips.AssertSame(clip, Clips.Read(bytes));
    }

    [Fact]
    public void A_stream_of_one_byte_at_a_time_is_read()
    {
        TokenClip clip = Clips.Random(new Random(6), 40, 5, 9);
        using var stream = new TrickleStream(Clips.Bytes(clip, 7));
        Clips.AssertSame(clip, TokenFile.Read(stream));
    }

    [Fact]
    public void A_flushed_frame_is_readable_before_the_stream_ends()
    {
        using var stream = new MemoryStream();
        using var writer = new Q3tWriter(stream, new Q3tHeader(Clips.Space, 2, 11, Clips.EdgeRate));
        writer.WriteFrame([7, 8]);
        Assert.Equal(Q3tHeader.ByteLength, stream.Length);
        writer.Flush();
        using var reader = new Q3tReader(new MemoryStream(stream.ToArray()));
        var codes = new ushort[2];
        Assert.True(reader.TryReadFrame(codes));
        Assert.Equal([7, 8], codes);
        Assert.Null(reader.Trailer);
    }

    [Fact]
    public void A_reader_may_leave_what_follows_the_trailer_unread()
    {
        using var stream = new MemoryStream([.. Convert.FromHexString(Example), 0x55]);
        using var reader = new Q3tReader(stream, requireEnd: false);
        var codes = new ushort[2];
        while (reader.TryReadFrame(codes))
            Assert.InRange(reader.FramesRead, 1, 3);
        Assert.Equal(new Q3tTrailer(3, 3000, 832), reader.Trailer);
        Assert.False(reader.TryReadFrame(codes));
        Assert.Equal(0x55, stream.ReadByte());
    }

    [Fact]
    public void A_file_is_replaced_whole_and_no_temporary_file_remains()
    {
        string folder = Directory.CreateTempSubdirectory("q3t").FullName;
        try
        {
            string path = Path.Combine(folder, "clip.q3t");
            TokenFile.Write(path, Clips.Random(new Random(7), 400, 16, 11));
            TokenFile.Write(path, ExampleClip);
            Clips.AssertSame(ExampleClip, TokenFile.Read(path));
            Assert.Equal([path], Directory.GetFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class TrickleStream(byte[] bytes) : Stream
    {
        private int _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_position == bytes.Length || count == 0)
                return 0;
            buffer[offset] = bytes[_position++];
            return 1;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
