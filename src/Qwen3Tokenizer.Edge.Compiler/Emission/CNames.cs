using System.Text;

namespace Qwen3Tokenizer.Edge.Compiler.Emission;

/// <summary>Names of an emitted model in C. Model names come from file names: what could leave a comment or a string, or hide a header, is refused here.</summary>
/// <param name="Model">Model name, such as <c>edge-light</c>: letters, digits, '.', '_' and '-'.</param>
/// <exception cref="BuildException">The name cannot stand in C sources.</exception>
public sealed record CNames(string Model)
{
    private const int MaxLength = 128;

    // include/STEM.h must not hide a header of the C library (C99, 7.1.2) or of this one.
    private static readonly HashSet<string> Headers = new(StringComparer.Ordinal)
    {
        "assert", "complex", "ctype", "errno", "fenv", "float", "inttypes", "iso646", "limits", "locale", "math", "setjmp", "signal", "stdarg", "stdbool", "stddef",
        "stdint", "stdio", "stdlib", "string", "tgmath", "time", "wchar", "wctype", "vectors", "q3e",
    };

    /// <summary>File stem and identifier part: <c>edge_light</c>.</summary>
    public string Stem { get; } = StemOf(Model);

    /// <summary>The descriptor: <c>q3e_edge_light</c>.</summary>
    public string Descriptor => "q3e_" + Stem;

    /// <summary>The macro with the arena size: <c>Q3E_EDGE_LIGHT_DECODER_ARENA_BYTES</c>.</summary>
    public string ArenaMacro => Descriptor.ToUpperInvariant() + "_DECODER_ARENA_BYTES";

    /// <summary>The macro with the size of an encoder's arena.</summary>
    public string EncoderArenaMacro => Descriptor.ToUpperInvariant() + "_ENCODER_ARENA_BYTES";

    /// <summary>A tensor of the model: <c>q3e_edge_light_decoder_conv_in_weight</c>.</summary>
    public string Tensor(string node, string part) => $"{Descriptor}_{Identifier(node)}_{part}";

    /// <summary>Refuses a name that could not be printed into a C comment, string or format as it is.</summary>
    /// <param name="what">What is named, for the message.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="BuildException">It has other characters than ASCII letters, digits, '.', '_' and '-', or is too long.</exception>
    public static void RequirePlain(string what, string name)
    {
        if (name.Length is < 1 or > MaxLength || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
        {
            string shown = string.Concat(name.Take(MaxLength).Select(c => char.IsControl(c) ? '?' : c));
            throw new BuildException($"The {what} '{shown}' cannot stand in C sources: rename it to 1 to {MaxLength} letters, digits, '.', '_' and '-'.");
        }
    }

    private static string StemOf(string model)
    {
        RequirePlain("model name", model);
        string stem = Identifier(model);
        return Headers.Contains(stem) || stem.StartsWith("q3e_", StringComparison.Ordinal)
            ? throw new BuildException($"The model name '{model}' is that of a C header ({stem}.h): rename the model.")
            : stem;
    }

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
