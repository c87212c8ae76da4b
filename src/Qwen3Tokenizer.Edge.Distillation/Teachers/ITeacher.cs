using Qwen3Tokenizer.Edge.Models.Configuration;

namespace Qwen3Tokenizer.Edge.Distillation.Teachers;

/// <summary>A model whose tokens a student learns to read or to write. May be asked by several threads at once.</summary>
public interface ITeacher : IDisposable
{
    /// <summary>What there is to know about its tokens.</summary>
    CodecFacts Facts { get; }

    /// <summary>SHA-256 of its weights in hexadecimal: with the corpus, what its cached codes and waves are found by.</summary>
    string Hash { get; }

    /// <summary>The codebooks of its encoder, in the order of the layers.</summary>
    IReadOnlyList<CodebookGroup> Codebooks { get; }

    /// <summary>Encodes speech.</summary>
    /// <param name="samples">Mono, at the rate of <see cref="CodecFacts.Rate"/>.</param>
    /// <returns>[frames, layers], all layers.</returns>
    ushort[] Encode(ReadOnlySpan<float> samples);

    /// <summary>Encodes speech to a clip of tokens.</summary>
    /// <param name="samples">Mono, at the rate of <see cref="CodecFacts.Rate"/>.</param>
    TokenClip EncodeClip(ReadOnlySpan<float> samples) => new(Facts.Space, Facts.Layers, Facts.BitsPerCode, Facts.Rate, Encode(samples), samples.Length, Facts.Delay);

    /// <summary>Decodes what <see cref="Encode"/> gave.</summary>
    /// <param name="codes">[frames, layers], all layers.</param>
    /// <returns>Samples at the rate of <see cref="CodecFacts.Rate"/>; sample j belongs to sample j - <see cref="CodecFacts.Delay"/> of what was encoded.</returns>
    float[] Decode(ReadOnlySpan<ushort> codes);
}
