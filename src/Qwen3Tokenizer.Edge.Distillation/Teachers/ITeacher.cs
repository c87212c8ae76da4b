using Qwen3Tokenizer.Edge.Models.Configuration;

namespace Qwen3Tokenizer.Edge.Distillation.Teachers;

/// <summary>A model whose tokens a student learns to read or to write. May be asked by several threads at once.</summary>
public interface ITeacher
{
    /// <summary>What there is to know about its tokens.</summary>
    CodecFacts Facts { get; }

    /// <summary>SHA-256 of its weights in hexadecimal: with the corpus, what its cached codes are found by.</summary>
    string Hash { get; }

    /// <summary>Encodes speech.</summary>
    /// <param name="samples">Mono, at the rate of <see cref="CodecFacts.Rate"/>.</param>
    /// <returns>[frames, layers], all layers.</returns>
    ushort[] Encode(ReadOnlySpan<float> samples);
}
