using System.Diagnostics;

namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>The README's code blocks, and a shell that runs them as they stand; q3edge is the tool under test.</summary>
internal static class ReadmeSteps
{
    /// <summary>Root of the checkout.</summary>
    public static string Root { get; } = Path.GetFullPath(Repository.Golden("../../.."));

    /// <summary>The fenced blocks of a section, in order, each with its language and a line break in front.</summary>
    /// <param name="heading">The whole heading line, such as <c>### Add an alert</c>.</param>
    public static string[] Blocks(string heading)
    {
        string readme = File.ReadAllText(Path.Combine(Root, "README.md")).ReplaceLineEndings("\n");
        int start = readme.IndexOf(heading + "\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"README.md has no section '{heading}'.");
        int end = readme.IndexOf("\n#", start + heading.Length, StringComparison.Ordinal);
        return [.. readme[start..end].Split("\n```").Where((_, i) => i % 2 == 1)];
    }

    /// <summary>Runs a block in a folder; returns its standard output.</summary>
    public static string Run(string folder, string block)
    {
        string script = $"set -e\nq3edge() {{ dotnet '{Path.Combine(AppContext.BaseDirectory, "q3edge.dll")}' \"$@\"; }}\n{block}\n";
        var start = new ProcessStartInfo("bash", ["-c", script]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"exit status {process.ExitCode}: {error.Result}");
        return output;
    }
}
