using System.CommandLine;
using System.Text.Json;
using Qwen3Tokenizer.Edge.Cli.Speech;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge build</c>: a model to an INT8 library for a board.</summary>
internal static class BuildVerb
{
    private const string Host = "host";
    private static readonly string[] ToldAbove = ["schema_version", "model", "board", "library_bytes", "conformance_crc32"];

    public static Command Create()
    {
        var board = new Option<string>("--board", "-b") { HelpName = "NAME", Description = $"Board to build for: {string.Join(", ", Board.Names)}.", Required = true };
        Option<string> model = CommonOptions.Model();
        Option<string> output = CommonOptions.Output("DIR", "Folder for the library, its source and its report.");
        Option<bool> json = CommonOptions.Json();
        AlertOptions alerts = AlertOptions.Create();
        var verb = new Verb("build", "Build the INT8 C library of a model for a board.",
            "q3edge build --board host -o build/",
            "q3edge build --board host --model edge-meter -o build-meter/",
            "q3edge build --board host --model edge-meter --alerts alerts.json -o build-meter/")
        {
            board, model, output, json,
        };
        alerts.AddTo(verb);
        verb.SetAction(parsed => Run(parsed.GetValue(board)!, parsed.GetValue(model)!, parsed.GetValue(output)!, parsed.GetValue(json), alerts, parsed));
        return verb;
    }

    private static int Run(string board, string modelName, string folder, bool json, AlertOptions alerts, ParseResult parsed)
    {
        if (!Board.Names.Contains(board))
            throw new CliException($"--board {board}: is not a known board; known are {string.Join(", ", Board.Names)}.");
        if (board != Host)
            throw new CliException($"--board {board}: this version builds for '{Host}' only.");

        var model = EdgeModel.Load(modelName);
        BuiltAlerts? spoken = alerts.Gather(parsed, model);
        BuildResult result = LibraryBuilder.Build(model, folder);
        spoken?.Write(result.Folder);
        long bytes = new FileInfo(result.LibraryPath).Length;
        using var report = JsonDocument.Parse(File.ReadAllText(result.ReportJsonPath));
        if (json)
        {
            Json.Print(new
            {
                Board = board, Model = model.Name, result.Folder, Library = result.LibraryPath, LibraryBytes = bytes, Symbol = result.ModelSymbol,
                ConformanceCrc = $"{result.ConformanceCrc:x8}", ReportPage = result.ReportPath, Report = report.RootElement,
                Alerts = spoken?.Set.Alerts.Select(a => new { a.Row.Id, a.Row.Name, a.Row.Profile, Event = a.Row.EventCode, a.Tokens.Frames, a.Row.Licence }),
            });
            return 0;
        }

        Console.WriteLine($"{model.Name} for {board} -> {result.Folder}");
        Console.WriteLine($"  library                 {result.LibraryPath} ({Units.Bytes(bytes)})");
        Console.WriteLine($"  model                   {result.ModelSymbol}");
        Console.WriteLine($"  conformance CRC         {result.ConformanceCrc:x8}");
        Console.WriteLine($"  report                  {result.ReportPath}");
        foreach (JsonProperty figure in report.RootElement.EnumerateObject())
        {
            if (figure.Value.ValueKind is JsonValueKind.Number or JsonValueKind.String && !ToldAbove.Contains(figure.Name))
                Console.WriteLine($"  {figure.Name.Replace('_', ' '),-23} {figure.Value}");
        }

        if (spoken is not null)
            Console.WriteLine($"  alerts                  {spoken.Summary}");
        return 0;
    }
}
