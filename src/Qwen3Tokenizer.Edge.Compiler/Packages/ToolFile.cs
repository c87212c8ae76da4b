namespace Qwen3Tokenizer.Edge.Compiler.Packages;

/// <summary>Text files that come with the tool.</summary>
internal static class ToolFile
{
    /// <summary>Reads one, with line feeds as line ends whatever the checkout has.</summary>
    /// <param name="relativePath">Path in the tool's folder.</param>
    /// <exception cref="BuildException">It is missing.</exception>
    public static string Text(string relativePath)
    {
        string path = Path.Combine(AppContext.BaseDirectory, relativePath);
        return File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : throw new BuildException($"{path}: a file that comes with the tool is missing.");
    }
}
