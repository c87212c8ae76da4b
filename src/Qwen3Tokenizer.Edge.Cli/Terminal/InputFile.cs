namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>Checks on files to be read, with sentences for what people get wrong most.</summary>
internal static class InputFile
{
    /// <summary>The path that stands for standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>What messages call standard input.</summary>
    public const string StandardInputName = "standard input";

    /// <summary>Refuses what was meant as an option, but is unknown and therefore stands among the inputs.</summary>
    /// <exception cref="CliException">It begins with a hyphen.</exception>
    public static void RefuseOption(string path)
    {
        if (path.Length > 1 && path[0] == '-')
            throw new CliException($"{path}: is not an option here; a file of this name is written ./{path}.");
    }

    /// <summary>Refuses what is not a file.</summary>
    /// <exception cref="CliException">There is no such file, or it is a folder.</exception>
    public static void Require(string path)
    {
        RefuseOption(path);
        if (Directory.Exists(path))
            throw new CliException($"{path}: is a folder, not a file.");
        if (!File.Exists(path))
            throw new CliException($"{path}: there is no such file.");
    }
}
