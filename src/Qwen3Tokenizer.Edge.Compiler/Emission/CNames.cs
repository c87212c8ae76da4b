using System.Text;

namespace Qwen3Tokenizer.Edge.Compiler.Emission;

/// <summary>Names of an emitted model in C.</summary>
/// <param name="Model">Model name, such as <c>edge-light</c>.</param>
public sealed record CNames(string Model)
{
    /// <summary>File stem and identifier part: <c>edge_light</c>.</summary>
    public string Stem { get; } = Identifier(Model);

    /// <summary>The descriptor: <c>q3e_edge_light</c>.</summary>
    public string Descriptor => "q3e_" + Stem;

    /// <summary>The macro with the arena size: <c>Q3E_EDGE_LIGHT_DECODER_ARENA_BYTES</c>.</summary>
    public string ArenaMacro => Descriptor.ToUpperInvariant() + "_DECODER_ARENA_BYTES";

    /// <summary>A tensor of the model: <c>q3e_edge_light_decoder_conv_in_weight</c>.</summary>
    public string Tensor(string node, string part) => $"{Descriptor}_{Identifier(node)}_{part}";

    /// <summary>Letters, digits and underscores; everything else becomes an underscore.</summary>
    public static string Identifier(string name)
    {
        var text = new StringBuilder(name.Length + 1);
        foreach (char c in name)
        {
            text.Append(char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_');
        }

        return text.Length == 0 || char.IsAsciiDigit(text[0]) ? "_" + text : text.ToString();
    }
}
