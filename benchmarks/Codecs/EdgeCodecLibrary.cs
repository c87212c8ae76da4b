using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Runtime;

namespace Qwen3Tokenizer.Edge.Benchmarks.Codecs;

/// <summary>Our codec: the float encoder's tokens, full or minimal, some of their layers, decoded by the compiled INT8 library.</summary>
internal sealed class EdgeCodecLibrary(ClipTokens tokensOf, EdgeModel model, EmittedModel library, int layers, bool minimal = false) : ISpeechCodec
{
    /// <inheritdoc/>
    public string Name => $"{model.Name}{(minimal ? " minimal" : "")}, {layers} layer{(layers == 1 ? "" : "s")}";

    /// <summary>Loads the library of a model, built if it is not yet in the cache.</summary>
    public static EmittedModel Load(EdgeModel model) => EmittedLibrary.Load(HostBuild.Cached(model).LibraryPath).Model(model.Name);

    /// <inheritdoc/>
    public CodedClip Run(SpeechClip clip)
    {
        TokenClip coded = tokensOf.Of(clip, minimal).KeepLayers(layers), tokens = EdgeCodec.ToFull(model, coded);
        using Decoder decoder = library.CreateDecoder();
        int frame = library.FrameSamples;
        var pcm = new short[tokens.Frames * frame];
        for (int f = 0; f < tokens.Frames; f++)
        {
            decoder.DecodeFrame(tokens.Frame(f), pcm.AsSpan(f * frame, frame));
        }

        float[] samples = [.. EdgeCodec.Trim(model, tokens, Array.ConvertAll(pcm, s => s / 32768f))];
        return new CodedClip(samples, library.SampleRate, (long)coded.Frames * layers * coded.BitsPerCode);
    }
}
