using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Compiler.Tones;

/// <summary>The tone table that was learned for the built-in models' token space, a file beside them.</summary>
public static class BuiltInTones
{
    /// <summary>Its path.</summary>
    public static string FilePath { get; } = Path.Combine(Path.GetDirectoryName(BuiltInModels.PathOf(BuiltInModels.Default))!, "tones.csv");

    /// <summary>Reads it.</summary>
    /// <exception cref="BuildException">It is missing.</exception>
    /// <exception cref="ToneFormatException">It is damaged.</exception>
    public static ToneTable Load() =>
        File.Exists(FilePath) ? ToneTableFile.Read(FilePath) : throw new BuildException($"{FilePath}: the tone table that comes with the tool is missing.");
}
