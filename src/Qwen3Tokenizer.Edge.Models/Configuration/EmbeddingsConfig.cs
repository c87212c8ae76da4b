namespace Qwen3Tokenizer.Edge.Models.Configuration;

/// <summary>A decoder's own tables that turn codes into vectors (edge-codec.md, section 5, meter).</summary>
/// <param name="Dim">Length of one layer's vector.</param>
/// <param name="Combine">Always <c>concat</c>: the layers' vectors one after the other.</param>
public sealed record EmbeddingsConfig(int Dim, string Combine)
{
    internal static EmbeddingsConfig Read(ConfigSection section) => new(
        section.Int("dim", 1, EdgeModelConfig.MaxDimension),
        section.Only("combine", "concat"));
}
