namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>Checks on files to be read, with sentences for what people get wrong most.</summary>
internal static class InputFile
{
    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>What messages call standard input.</summary>
    public const string StandardInputName = "standard input";

    /// <summary>Refuses what is not a file.</summary>
    /// <exception cref="CliException">There is no such file, or it is a folder.</exception>
    public static void Require(string path)
    {
        if (Directory.Exists(path))
            throw new CliException($"{path}: is a folder, not a file.");
        if (!File.Exists(path))
            throw new CliException($"{path}: there is no such file.");
    }
}
