using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Reference;

/// <summary>What the tokenizer's interface needs of a model, full-size or edge: whole clips and streams at the model's own rate.</summary>
internal interface ITokenizerModel : IDisposable
{
    /// <summary>What handling its tokens needs.</summary>
    CodecFacts Facts { get; }

    /// <summary>What computes: <c>float</c> or <c>ort</c>.</summary>
    string Engine { get; }

    /// <summary>Where: <c>cpu</c>, or <c>cuda:N</c>.</summary>
    string Device { get; }

    /// <summary>Encodes a clip of mono samples at the model's rate.</summary>
    TokenClip Encode(ReadOnlySpan<float> samples, EncodeOptions options, CancellationToken cancellation);

    /// <summary>Encodes as the reference encodes an item of a batch: zeros up to <paramref name="longest"/> samples, of which the frames of the true samples are kept.</summary>
    TokenClip EncodePadded(ReadOnlySpan<float> samples, int longest, EncodeOptions options, CancellationToken cancellation);

    /// <summary>Refuses tokens that the model cannot decode.</summary>
    /// <exception cref="TokenFormatException">Another token space, a number of layers that does not fit, or a code outside the codebook.</exception>
    void RequireDecodable(TokenClip clip);

    /// <summary>Decodes a clip of the model's token space, trimmed to its original's length where the delay moves it.</summary>
    float[] Decode(TokenClip clip, DecodeOptions options, CancellationToken cancellation);

    /// <summary>Begins a stream of samples; null where the model has no streaming encoder of this kind.</summary>
    Qwen3TtsEncoding? OpenEncoder(int window);

    /// <summary>Begins a stream of codes; null likewise.</summary>
    Qwen3TtsDecoding? OpenDecoder();
}
