namespace Qwen3Tokenizer.Edge.Compiler;

/// <summary>A C compiler of this machine, used as a child process.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Version">First line of its <c>--version</c>.</param>
public sealed record CCompiler(string Path, string Version)
{
    private const string Variable = "Q3E_CC";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>The compiler named by the environment variable Q3E_CC, else the first of cc, gcc and clang on the path; null when there is none.</summary>
    public static CCompiler? Find()
    {
        string? named = Environment.GetEnvironmentVariable(Variable);
        string[] candidates = string.IsNullOrEmpty(named) ? ["cc", "gcc", "clang"] : [named];
        foreach (string candidate in candidates)
        {
            if (Named(candidate) is { } compiler)
            {
                return compiler;
            }
        }

        return null;
    }

    /// <summary>The compiler of this name on the path, or at this path; null when there is none that runs.</summary>
    public static CCompiler? Named(string program) =>
        PathOf(program) is { } path && TryVersion(path) is { } version ? new CCompiler(path, version) : null;

    /// <summary>Full path of a program on the path, or of one named with its folder; null when there is none.</summary>
    public static string? PathOf(string name)
    {
        if (System.IO.Path.IsPathRooted(name))
        {
            return File.Exists(name) ? name : null;
        }

        string suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => System.IO.Path.Combine(folder, name + suffix))
            .Where(File.Exists)
            .Select(System.IO.Path.GetFullPath)
            .FirstOrDefault();
    }

    /// <summary>The same, for callers that cannot do without.</summary>
    /// <exception cref="CompilerNotFoundException">There is none; the message says what to do.</exception>
    public static CCompiler Require() =>
        Find() ?? throw (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
            ? new CompilerNotFoundException($"The environment variable {Variable} names '{named}', which is not a C compiler that runs: correct or unset it.")
            : new CompilerNotFoundException());

    /// <summary>Runs the compiler.</summary>
    /// <exception cref="BuildException">It failed; the message carries its first error.</exception>
    public void Run(string workingFolder, params IEnumerable<string> arguments)
    {
        ChildProcess.Result result = ChildProcess.Run(Path, arguments, workingFolder, Limit);
        if (result.ExitCode != 0)
        {
            string[] lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            // A linker tells by how much a memory is too small in a line before the one that says error.
            string first = lines.FirstOrDefault(l => l.Contains("overflowed by", StringComparison.Ordinal)) ?? lines.FirstOrDefault(l => l.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? lines.FirstOrDefault() ?? "no message";
            throw new BuildException($"{Path} failed with exit status {result.ExitCode}: {first}");
        }
    }

    private static string? TryVersion(string path)
    {
        try
        {
            ChildProcess.Result result = ChildProcess.Run(path, ["--version"], Environment.CurrentDirectory, TimeSpan.FromSeconds(30));
            return result.ExitCode == 0 ? result.Output.Split('\n')[0].Trim() : null;
        }
        catch (BuildException)
        {
            return null;
        }
    }
}
