using System.ComponentModel;
using System.Diagnostics;

namespace Qwen3Tokenizer.Edge.Compiler;

/// <summary>Runs a program to its end with a time limit. What this tool has built runs only this way, never inside it.</summary>
public static class ChildProcess
{
    /// <summary>How a program ended.</summary>
    /// <param name="ExitCode">Exit status.</param>
    /// <param name="Output">Standard output.</param>
    /// <param name="Error">Standard error.</param>
    public sealed record Result(int ExitCode, string Output, string Error);

    /// <summary>Runs <paramref name="program"/>; its arguments are passed as they are, without a shell.</summary>
    /// <exception cref="BuildException">It cannot be started or does not end in time.</exception>
    public static Result Run(string program, IEnumerable<string> arguments, string workingFolder, TimeSpan limit)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };

        // Messages that are matched or shown must not depend on the user's language.
        start.Environment["LC_ALL"] = "C";
        try
        {
            using Process process = Process.Start(start) ?? throw new BuildException($"{program} could not be started.");
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(limit))
            {
                process.Kill(entireProcessTree: true);
                throw new BuildException($"{program} did not end within {limit.TotalSeconds:F0} s.");
            }

            process.WaitForExit();
            return new Result(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
        }
        catch (Win32Exception e)
        {
            throw new BuildException($"{program} could not be started: {e.Message}.", e);
        }
    }
}
