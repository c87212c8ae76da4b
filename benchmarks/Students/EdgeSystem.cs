using Qwen3Tokenizer.Edge.Benchmarks.Codecs;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Runtime;

namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>An edge model: tokens of the float encoder, some of their layers, decoded in float or by the compiled INT8 library.</summary>
/// <param name="model">The model and where its tokens come from.</param>
/// <param name="layers">Layers to decode.</param>
/// <param name="library">The compiled library; null to decode in float.</param>
internal sealed class EdgeSystem(StudentModel model, int layers, EmittedModel? library) : SpeechSystem(model.Label, library is null ? "float" : "INT8", layers)
{
    /// <inheritdoc/>
    public override CodedClip Run(Speech speech)
    {
        TokenClip tokens = model.Tokens(speech).KeepLayers(Layers);
        float[] decoded = library is null ? EdgeCodec.Decode(model.Model, tokens) : Decode(library, tokens);
        return new CodedClip([.. EdgeCodec.Trim(model.Model, tokens, decoded)], model.Model.Config.SampleRate, (long)tokens.Frames * Layers * tokens.BitsPerCode);
    }

    private static float[] Decode(EmittedModel library, TokenClip tokens)
    {
        using Decoder decoder = library.CreateDecoder();
        int frame = library.FrameSamples;
        var pcm = new short[tokens.Frames * frame];
        for (int f = 0; f < tokens.Frames; f++)
        {
            decoder.DecodeFrame(tokens.Frame(f), pcm.AsSpan(f * frame, frame));
        }

        return Array.ConvertAll(pcm, s => s / 32768f);
    }
}
