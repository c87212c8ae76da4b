using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Benchmarks.Managed;

/// <summary>The shipped clip of 5.3 s, which all benchmarks work on.</summary>
internal static class QuickstartSpeech
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "Data", "clips", "quickstart.wav");

    public static float[] Samples => AudioFile.Read(Path).Resample(16000).ToMono();

    /// <summary>Its tokens, repeated to a number of frames.</summary>
    public static TokenClip Tokens(EdgeModel light, int frames, bool minimal = false)
    {
        TokenClip clip = minimal ? EdgeCodec.EncodeMinimal(light, Samples) : EdgeCodec.Encode(light, Samples);
        var codes = new ushort[frames * clip.Layers];
        for (int t = 0; t < frames; t++)
            clip.Frame(t % clip.Frames).CopyTo(codes.AsSpan(t * clip.Layers));
        return new TokenClip(clip.Space, clip.Layers, clip.BitsPerCode, clip.Rate, codes, (long)frames * clip.Rate.SamplesPerFrame, clip.Delay);
    }
}
