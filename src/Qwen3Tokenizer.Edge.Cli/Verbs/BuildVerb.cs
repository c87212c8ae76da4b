using System.CommandLine;
using System.Text.Json;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge build</c>: a model to an INT8 library for a board.</summary>
internal static class BuildVerb
{
    private const string ReportFile = "report.json";

    public static Command Create()
    {
        var board = new Option<string>("--board", "-b") { HelpName = "NAME", Description = $"Board to build for: {string.Join(", ", Boards.Names)}.", Required = true };
        Option<string> model = CommonOptions.Model();
        Option<string> output = CommonOptions.Output("DIR", "Folder for the library, its source and its report.");
        Option<bool> json = CommonOptions.Json();
        var verb = new Verb("build", "Build the INT8 C library of a model for a board.",
            "q3edge build --board host -o build/",
            "q3edge build --board host --model edge-meter -o build-meter/")
        {
            board, model, output, json,
        };
        verb.SetAction(parsed => Run(parsed.GetValue(board)!, parsed.GetValue(model)!, parsed.GetValue(output)!, parsed.GetValue(json)));
        return verb;
    }

    private static int Run(string board, string modelName, string folder, bool json)
    {
        if (!Boards.Names.Contains(board))
            throw new CliException($"--board {board}: is not a known board; known are {string.Join(", ", Boards.Names)}.");
        if (board != Boards.Host)
            throw new CliException($"--board {board}: this version builds for '{Boards.Host}' only.");

        RequireOwnFolder(folder);
        var model = EdgeModel.Load(modelName);
        BuildResult result = Build(model, board, folder);
        long bytes = new FileInfo(result.LibraryPath).Length;
        using var report = JsonDocument.Parse(File.ReadAllText(result.ReportJsonPath));
        if (json)
        {
            Json.Print(new
            {
                Board = board, Model = model.Name, result.Folder, Library = result.LibraryPath, LibraryBytes = bytes, Symbol = result.ModelSymbol,
                ConformanceCrc = $"{result.ConformanceCrc:x8}", ReportPage = result.ReportPath, Report = report.RootElement,
            });
            return 0;
        }

        Console.WriteLine($"{model.Name} for {board} -> {result.Folder}");
        Console.WriteLine($"  library          {result.LibraryPath} ({Units.Bytes(bytes)})");
        Console.WriteLine($"  model            {result.ModelSymbol}");
        Console.WriteLine($"  conformance CRC  {result.ConformanceCrc:x8}");
        Console.WriteLine($"  report           {result.ReportPath}");
        foreach (JsonProperty figure in report.RootElement.EnumerateObject())
        {
            if (figure.Value.ValueKind is JsonValueKind.Number or JsonValueKind.String)
                Console.WriteLine($"  {figure.Name.Replace('_', ' '),-15}  {figure.Value}");
        }

        return 0;
    }

    private static BuildResult Build(EdgeModel model, string board, string folder)
    {
        bool made = OutputFile.CreateFolder(folder);
        try
        {
            return WorkProgress.Run($"Building {model.Name} for {board}", progress => HostBuild.Build(model, folder, progress));
        }
        catch when (made)
        {
            OutputFile.RemoveEmptyFolder(folder);
            throw;
        }
    }

    /// <summary>An earlier build may be replaced; a folder with anything else in it is left alone.</summary>
    private static void RequireOwnFolder(string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && !File.Exists(Path.Combine(folder, ReportFile)))
            throw new CliException($"{folder}: is not empty and not an earlier build (it has no {ReportFile}); choose another folder.");
    }
}
