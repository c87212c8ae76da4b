using System.Diagnostics;

namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>What a run of the tool gave.</summary>
internal sealed record Run(int Status, byte[] OutputBytes, string Error)
{
    public string Output => System.Text.Encoding.UTF8.GetString(OutputBytes);

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Runs the built q3edge as a child process, as a user would.</summary>
internal static class Q3Edge
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "q3edge.dll");

    // One cache for all tests of a run: the library is built once, as on a user's machine.
    private static readonly string Cache = Path.Combine(Path.GetTempPath(), $"q3edge-journeys-{Environment.ProcessId}");

    static Q3Edge() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        if (Directory.Exists(Cache))
            Directory.Delete(Cache, recursive: true);
    };

    public static Run Run(TemporaryFolder folder, params string[] arguments) => Run(folder, [], null, arguments);

    public static Run Run(TemporaryFolder folder, byte[] input, IReadOnlyDictionary<string, string?>? environment, params string[] arguments)
    {
        using Process process = Start(folder, environment, arguments);
        using var output = new MemoryStream();
        Task copying = process.StandardOutput.BaseStream.CopyToAsync(output);
        Task<string> error = process.StandardError.ReadToEndAsync();
        try
        {
            process.StandardInput.BaseStream.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading all of its input.
        }

        process.WaitForExit();
        Task.WaitAll(copying, error);
        return new Run(process.ExitCode, output.ToArray(), error.Result);
    }

    public static Process Start(TemporaryFolder folder, IReadOnlyDictionary<string, string?>? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", [Assembly, .. arguments])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["Q3E_CACHE"] = Cache;
        start.Environment.Remove("Q3E_CC");
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
