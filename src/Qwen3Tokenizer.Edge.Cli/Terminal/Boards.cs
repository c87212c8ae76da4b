namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>The boards that the tool knows: this machine, and the folders under <c>boards</c> that have a <c>board.json</c>.</summary>
internal static class Boards
{
    /// <summary>The board that is the machine itself.</summary>
    public const string Host = "host";

    /// <summary>Where the others lie.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "boards");

    /// <summary>Their names, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Described().Append(Host).Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Described() => Directory.Exists(Folder)
        ? Directory.EnumerateFiles(Folder, "board.json", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, Path.GetDirectoryName(file)!))
        : [];
}
