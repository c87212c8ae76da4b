using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Benchmarks.Codecs;

/// <summary>What the float encoder of a model makes of a clip. It keeps the tokens of the clip that it encoded last, because many decoders ask for the same ones.</summary>
/// <param name="model">The model.</param>
internal sealed class ClipTokens(EdgeModel model)
{
    private SpeechClip? _clip;
    private TokenClip? _tokens, _minimal;

    /// <summary>All layers of a clip's tokens.</summary>
    /// <param name="clip">The clip.</param>
    /// <param name="minimal">Whether minimal ones.</param>
    public TokenClip Of(SpeechClip clip, bool minimal)
    {
        if (!ReferenceEquals(clip, _clip))
        {
            (_clip, _tokens, _minimal) = (clip, null, null);
        }

        return minimal ? _minimal ??= EdgeCodec.EncodeMinimal(model, clip.Samples) : _tokens ??= EdgeCodec.Encode(model, clip.Samples);
    }
}
