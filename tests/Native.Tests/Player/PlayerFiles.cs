using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Player;

/// <summary>The player's sources and how they are compiled.</summary>
internal static class PlayerFiles
{
    public static readonly string[] Sanitizers = ["-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

    public static IEnumerable<string> IncludeOptions => ["-I" + Tools.RepositoryPath("native/include"), "-I" + Tools.RepositoryPath("native/player")];

    public static IEnumerable<string> Sources => Directory.GetFiles(Tools.RepositoryPath("native/player"), "*.c").Order(StringComparer.Ordinal);

    public static IEnumerable<string> SelfTest => Directory.GetFiles(Tools.CFile("player"), "player_selftest*.c").Order(StringComparer.Ordinal);

    /// <summary>Compiles strictly, as C99, and links; returns the program's path.</summary>
    public static string Link(string compiler, string folder, string name, IEnumerable<string> options, IEnumerable<string> files)
    {
        string program = Path.Combine(folder, $"{name}-{compiler}");
        Tools.Run(compiler, [.. Tools.Strict, .. options, .. IncludeOptions, .. files, "-o", program], folder);
        return program;
    }
}

/// <summary>A folder that lives as long as a test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("q3e-player-");

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
