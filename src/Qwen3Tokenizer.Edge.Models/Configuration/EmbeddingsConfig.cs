namespace Qwen3Tokenizer.Edge.Models.Configuration;

/// <summary>A decoder's own tables that turn codes into vectors (edge-codec.md, section 5, meter).</summary>
/// <param name="Dim">Length of one layer's vector.</param>
/// <param name="Combine">Always <c>concat</c>: the layers' vectors one after the other.</param>
/// <param name="MinLayers">Fewest layers that the decoder was trained for; zeros stand for those that are absent.</param>
public sealed record EmbeddingsConfig(int Dim, string Combine, int MinLayers)
{
    internal static EmbeddingsConfig Read(ConfigSection section, int layers) => new(
        section.Int("dim", 1, EdgeModelConfig.MaxDimension),
        section.Only("combine", "concat"),
        section.Int("min_layers", 1, layers, layers));
}
