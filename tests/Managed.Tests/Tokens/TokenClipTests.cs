namespace Qwen3Tokenizer.Edge.Tests.Tokens;

public sealed class TokenClipTests
{
    [Fact]
    public void Codes_are_frame_major()
    {
        var clip = new TokenClip(Clips.Space, 3, 11, Clips.EdgeRate, [1, 2, 3, 4, 5, 6], 2000, 832);
        Assert.Equal(2, clip.Frames);
        Assert.Equal(4, clip[1, 0]);
        Assert.Equal(3, clip[0, 2]);
        Assert.Equal([4, 5, 6], clip.Frame(1).ToArray());
        Assert.Equal(12.5, clip.Rate.FramesPerSecond);
        Assert.Equal(0.16, clip.Rate.SecondsOf(clip.Frames), 12);
    }

    [Theory]
    [InlineData(16000, 2001)]
    [InlineData(24000, 3002)]
    [InlineData(8000, 1001)]
    public void Its_length_at_another_rate_is_rounded_up(int sampleRate, long samples) =>
        Assert.Equal(samples, new TokenClip(Clips.Space, 3, 11, new FrameRate(16000, 1280), [1, 2, 3, 4, 5, 6], 2001, 832).SamplesAt(sampleRate));

    [Fact]
    public void Keeping_layers_keeps_the_first_codes_of_every_frame_and_all_else()
    {
        TokenClip clip = Clips.Random(new Random(10), 20, 16, 11);
        for (int layers = 1; layers <= 16; layers++)
        {
            TokenClip kept = clip.KeepLayers(layers);
            Assert.Equal(layers, kept.Layers);
            Assert.Equal((clip.Space, clip.Frames, clip.Samples, clip.Delay, clip.BitsPerCode), (kept.Space, kept.Frames, kept.Samples, kept.Delay, kept.BitsPerCode));
            for (int t = 0; t < clip.Frames; t++)
                Assert.Equal(clip.Frame(t)[..layers].ToArray(), kept.Frame(t).ToArray());
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => clip.KeepLayers(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => clip.KeepLayers(17));
    }

    [Fact]
    public void Frames_and_layers_that_do_not_exist_are_refused()
    {
        var clip = new TokenClip(Clips.Space, 2, 11, Clips.EdgeRate, [1, 2, 3, 4], 0, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => clip[2, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => clip[-1, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => clip[0, 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => clip[0, -1]);
    }

    [Fact]
    public void A_later_change_of_the_callers_codes_does_not_reach_the_clip()
    {
        ushort[] codes = [1, 2];
        var clip = new TokenClip(Clips.Space, 2, 11, Clips.EdgeRate, codes, 0, 0);
        codes[0] = 9;
        Assert.Equal(1, clip[0, 0]);
    }

    [Theory]
    [InlineData(0, 11, 2, 0, 0, "layers: 0")]
    [InlineData(65, 11, 65, 0, 0, "layers: 65")]
    [InlineData(2, 0, 2, 0, 0, "bits per code: 0")]
    [InlineData(2, 17, 2, 0, 0, "bits per code: 17")]
    [InlineData(2, 11, 0, 0, 0, "0 codes")]
    [InlineData(2, 11, 3, 0, 0, "3 codes")]
    [InlineData(2, 11, 2, -1, 0, "samples: -1")]
    [InlineData(2, 11, 2, 2560, 0, "samples: 2560")]
    [InlineData(2, 11, 2, 0, -1, "delay: -1")]
    public void Values_out_of_range_are_refused_by_name(int layers, int bits, int codes, long samples, int delay, string expected)
    {
        var e = Assert.Throws<TokenFormatException>(() => new TokenClip(Clips.Space, layers, bits, Clips.EdgeRate, new ushort[codes], samples, delay));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_code_that_does_not_fit_its_bits_is_refused_with_its_place()
    {
        var e = Assert.Throws<TokenFormatException>(() => new TokenClip(Clips.Space, 2, 11, Clips.EdgeRate, [0, 0, 0, 2048], 0, 0));
        Assert.Equal("clip: code of frame 1, layer 1: 2048 does not fit 11 bits.", e.Message);
    }

    [Fact]
    public void A_writer_refuses_wrong_frames_and_goes_on_with_right_ones()
    {
        using var stream = new MemoryStream();
        using (var writer = new Q3tWriter(stream, new Q3tHeader(Clips.Space, 2, 11, Clips.EdgeRate), leaveOpen: true))
        {
            Assert.Throws<TokenFormatException>(() => writer.Complete(0, 0));
            Assert.Throws<TokenFormatException>(() => writer.WriteFrame([1]));
            Assert.Throws<TokenFormatException>(() => writer.WriteFrame([1, 2048]));
            writer.WriteFrame([1, 2]);
            Assert.Throws<TokenFormatException>(() => writer.Complete(2560, 0));
            writer.Complete(2559, 7);
            Assert.Throws<InvalidOperationException>(() => writer.WriteFrame([1, 2]));
            Assert.Throws<InvalidOperationException>(() => writer.Complete(0, 0));
        }
        Clips.AssertSame(new TokenClip(Clips.Space, 2, 11, Clips.EdgeRate, [1, 2], 2559, 7), Clips.Read(stream.ToArray()));
    }
}
