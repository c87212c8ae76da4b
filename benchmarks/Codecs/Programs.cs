using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Benchmarks.Codecs;

/// <summary>Programs of others that a comparison runs.</summary>
internal static class Programs
{
    /// <summary>Full path of a program on the path.</summary>
    /// <param name="program">Its name without any suffix of the system.</param>
    /// <param name="packages">The Debian packages that bring it.</param>
    /// <exception cref="BuildException">It is missing; the message says how to install it.</exception>
    public static string Require(string program, string packages)
    {
        string name = program + (OperatingSystem.IsWindows() ? ".exe" : "");
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(p => Path.Combine(p, name)).FirstOrDefault(File.Exists)
            ?? throw new BuildException($"{program}: is not on the path; install it with: apt-get install -y {packages}");
    }
}
