using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace Qwen3Tokenizer.Edge.Compiler;

/// <summary>Runs a program to its end with a time limit. What this tool has built runs only this way, never inside it.</summary>
public static class ChildProcess
{
    private static readonly ConcurrentDictionary<Process, bool> Running = [];
    private static volatile bool _abandoned;

    /// <summary>How a program ended.</summary>
    /// <param name="ExitCode">Exit status.</param>
    /// <param name="Output">Standard output.</param>
    /// <param name="Error">Standard error.</param>
    public sealed record Result(int ExitCode, string Output, string Error);

    /// <summary>Runs <paramref name="program"/>; its arguments are passed as they are, without a shell.</summary>
    /// <exception cref="BuildException">It cannot be started or does not end in time.</exception>
    public static Result Run(string program, IEnumerable<string> arguments, string workingFolder, TimeSpan limit)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };

        // Messages that are matched or shown must not depend on the user's language.
        info.Environment["LC_ALL"] = "C";
        try
        {
            using Process process = Process.Start(info) ?? throw new BuildException($"{program} could not be started.");
            Running[process] = true;
            try
            {
                return RunToEnd(process, program, limit);
            }
            finally
            {
                Running.TryRemove(process, out _);
            }
        }
        catch (Win32Exception e)
        {
            throw new BuildException($"{program} could not be started: {e.Message}.", e);
        }
    }

    /// <summary>Ends all programs that run, before this one is ended itself: what waits for them in <see cref="Run"/> does not go on, to complain of it.</summary>
    public static void Abandon()
    {
        _abandoned = true;
        foreach (Process process in Running.Keys)
        {
            try
            {
                process.Kill(entireProcessTree: true);
            }
            catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
            {
                // It has ended by itself.
            }
        }
    }

    private static Result RunToEnd(Process process, string program, TimeSpan limit)
    {
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        long start = Stopwatch.GetTimestamp();

        // The streams end later than the program where a process that it left behind still holds them: the limit covers both.
        if (!process.WaitForExit(limit) || !Task.WaitAll([output, error], Remaining(limit, start)))
        {
            process.Kill(entireProcessTree: true);
            throw new BuildException(FormattableString.Invariant($"{program} did not end within {limit.TotalSeconds:F0} s."));
        }

        if (_abandoned)
        {
            Thread.Sleep(Timeout.Infinite);
        }

        return new Result(process.ExitCode, output.Result, error.Result);
    }

    private static TimeSpan Remaining(TimeSpan limit, long start)
    {
        TimeSpan left = limit - Stopwatch.GetElapsedTime(start);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
