namespace Qwen3Tokenizer.Edge.Models.Configuration;

/// <summary>The residual vector quantizer of an edge model (edge-codec.md, section 4).</summary>
/// <param name="NumQuantizers">Layers.</param>
/// <param name="CodebookSize">Entries of a codebook.</param>
/// <param name="Dim">Length of an entry.</param>
/// <param name="Distance">Always <c>squared euclidean, greedy residual</c>.</param>
public sealed record QuantizerConfig(int NumQuantizers, int CodebookSize, int Dim, string Distance)
{
    internal static QuantizerConfig Read(ConfigSection section) => new(
        section.Int("num_quantizers", 1, Q3tHeader.MaxLayers),
        section.Int("codebook_size", 2, EdgeModelConfig.MaxCodebookSize),
        section.Int("dim", 1, EdgeModelConfig.MaxDimension),
        section.Only("distance", "squared euclidean, greedy residual"));
}
