namespace Qwen3Tokenizer.Edge.Tests.Tokens;

/// <summary>Clips and bytes for the tests of this folder.</summary>
internal static class Clips
{
    public static readonly TokenSpace Space = TokenSpace.Parse("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

    public static readonly FrameRate EdgeRate = new(16000, 1280);

    public static TokenClip Random(Random random, int frames, int layers, int bits)
    {
        var codes = new ushort[frames * layers];
        for (int i = 0; i < codes.Length; i++)
            codes[i] = (ushort)random.Next(1 << bits);
        return new TokenClip(Space, layers, bits, EdgeRate, codes, random.NextInt64((frames + 1L) * 1280), random.Next(2000));
    }

    public static byte[] Bytes(TokenClip clip)
    {
        using var stream = new MemoryStream();
        TokenFile.Write(stream, clip);
        return stream.ToArray();
    }

    public static byte[] Bytes(TokenClip clip, int blockFrames, Func<int, bool>? flushAfter = null)
    {
        using var stream = new MemoryStream();
        using (var writer = new Q3tWriter(stream, new Q3tHeader(clip.Space, clip.Layers, clip.BitsPerCode, clip.Rate, blockFrames), leaveOpen: true))
        {
            for (int t = 0; t < clip.Frames; t++)
            {
                writer.WriteFrame(clip.Frame(t));
                if (flushAfter?.Invoke(t) == true)
                    writer.Flush();
            }
            writer.Complete(clip.Samples, clip.Delay);
        }
        return stream.ToArray();
    }

    public static TokenClip Read(byte[] bytes) => TokenFile.Read(new MemoryStream(bytes), "test.q3t");

    public static void AssertSame(TokenClip expected, TokenClip actual)
    {
        Assert.Equal(expected.Space, actual.Space);
        Assert.Equal(expected.Layers, actual.Layers);
        Assert.Equal(expected.BitsPerCode, actual.BitsPerCode);
        Assert.Equal(expected.Rate, actual.Rate);
        Assert.Equal(expected.Frames, actual.Frames);
        Assert.Equal(expected.Samples, actual.Samples);
        Assert.Equal(expected.Delay, actual.Delay);
        Assert.True(expected.Codes.SequenceEqual(actual.Codes));
    }
}
