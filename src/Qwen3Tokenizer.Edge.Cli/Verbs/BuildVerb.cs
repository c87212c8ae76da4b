using System.CommandLine;
using System.Text.Json;
using Qwen3Tokenizer.Edge.Cli.Speech;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Firmware;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge build</c>: a model to an INT8 library for a board.</summary>
internal static class BuildVerb
{
    private static readonly string[] ToldAbove = ["schema_version", "model", "board", "library_bytes", "conformance_crc32"];

    public static Command Create()
    {
        var board = new Option<string>("--board", "-b") { HelpName = "NAME", Description = $"Board to build for: {string.Join(", ", Board.Names)}, or the path of a folder with a board.json.", Required = true };
        Option<string> model = CommonOptions.Model();
        model.Description += " Without it, the board's default.";
        Option<string> output = CommonOptions.Output("DIR", "Folder for the library, its source and its report.");
        var decoderOnly = new Option<bool>("--decoder-only") { Description = "Leave out the model's encoder." };
        Option<bool> json = CommonOptions.Json();
        AlertOptions alerts = AlertOptions.Create();
        var verb = new Verb("build", "Build the INT8 C library of a model for a board.",
            "q3edge build --board host -o build/",
            "q3edge build --board rpi4 --model edge-meter -o build-rpi4/",
            "q3edge build --board rpi5 --model Qwen3-TTS-Tokenizer-12Hz/ -o build-full/",
            "q3edge build --board host --model edge-meter --alerts alerts.json -o build-meter/")
        {
            board, model, output, decoderOnly, json,
        };
        alerts.AddTo(verb);
        verb.SetAction(parsed => Run(parsed.GetValue(board)!, parsed.GetResult(model) is { Implicit: false } ? parsed.GetValue(model) : null, parsed.GetValue(output)!,
            !parsed.GetValue(decoderOnly), parsed.GetValue(json), alerts, parsed));
        return verb;
    }

    private static int RunFull(Board board, string path, string folder, bool json, AlertOptions alerts, ParseResult parsed)
    {
        alerts.RequireNone(parsed, path);
        using var model = Qwen3Tts12Hz.Load(path);
        return Tell(board, model.Name, FullModelBuilder.Build(model, board, folder), null, json);
    }

    private static int Run(string boardName, string? modelName, string folder, bool encoder, bool json, AlertOptions alerts, ParseResult parsed)
    {
        var board = Board.Load(boardName);
        if ((modelName ?? board.DefaultModel) is not { } name)
            return RunTones(board, folder, json, alerts, parsed);
        if (Qwen3Tts12Hz.IsFolder(name))
            return RunFull(board, name, folder, json, alerts, parsed);
        var model = EdgeModel.Load(name);
        BoardAlerts? spoken = alerts.Gather(parsed, model, board);
        return Tell(board, model.Name, LibraryBuilder.Build(model, board, folder, encoder, spoken), spoken, json);
    }

    private static int Tell(Board board, string model, BoardBuildResult result, BoardAlerts? spoken, bool json)
    {
        foreach (string notice in result.Notices)
            Failure.Warn(notice);
        using var report = JsonDocument.Parse(File.ReadAllText(result.ReportJsonPath));
        if (json)
        {
            Json.Print(new
            {
                Board = board.Name, Model = model, result.Folder, Library = result.SharedLibraryPath, Archive = result.ArchivePath,
                LibraryBytes = report.RootElement.GetProperty("library_bytes").GetInt64(), Symbol = result.ModelSymbol,
                ConformanceCrc = $"{result.ConformanceCrc:x8}", ReportPage = result.ReportPath, Report = report.RootElement,
                Alerts = spoken?.Set.Alerts.Select(a => new { a.Row.Id, a.Row.Name, a.Row.Profile, Event = a.Row.EventCode, a.Tokens.Frames, a.Row.Licence }),
            });
            return 0;
        }

        Console.WriteLine($"{model} for {board.Name} -> {result.Folder}");
        foreach (string library in ((string?[])[result.SharedLibraryPath, result.ArchivePath]).OfType<string>())
            Console.WriteLine($"  library                 {library} ({Units.Bytes(new FileInfo(library).Length)})");
        if (result.Firmware is { } firmware)
            Tell(board, result.Folder, firmware);
        Console.WriteLine($"  model                   {result.ModelSymbol}");
        Console.WriteLine($"  conformance CRC         {result.ConformanceCrc:x8}");
        Console.WriteLine($"  report                  {result.ReportPath}");
        foreach (JsonProperty figure in report.RootElement.EnumerateObject())
        {
            if (figure.Value.ValueKind is JsonValueKind.Number or JsonValueKind.String && !ToldAbove.Contains(figure.Name))
                Console.WriteLine($"  {figure.Name.Replace('_', ' '),-23} {figure.Value}");
        }

        if (spoken is not null)
            Console.WriteLine($"  alerts                  {AlertOptions.Summary(spoken)}");
        return 0;
    }

    // Tokens and tones need a token space, not a decoder: the default model's, whose encoder also takes recordings.
    private static int RunTones(Board board, string folder, bool json, AlertOptions alerts, ParseResult parsed)
    {
        BoardAlerts spoken = alerts.Gather(parsed, EdgeModel.Load(BuiltInModels.Default), board, layers: 1)
            ?? throw new CliException($"--board {board.Name}: plays tones only ({Units.Bytes(board.FlashBytes)} of flash, {Units.Bytes(board.RamBytes)} of RAM) and has no alerts.json; name an alert file with --alerts, or a model with --model.");
        ToneBuildResult result = LibraryBuilder.Tones(board, folder, spoken);
        foreach (string notice in result.Notices)
            Failure.Warn(notice);
        if (json)
        {
            using var report = JsonDocument.Parse(File.ReadAllText(result.ReportJsonPath));
            Json.Print(new { Board = board.Name, result.Folder, Report = report.RootElement, Alerts = spoken.Set.Alerts.Select(a => new { a.Row.Id, a.Row.Name, a.Row.Profile, Event = a.Row.EventCode, a.Tokens.Frames, a.Row.Licence }) });
            return 0;
        }

        Console.WriteLine($"tones for {board.Name} -> {result.Folder}");
        if (result.Firmware is { } firmware)
        {
            Tell(board, result.Folder, firmware);
            Console.WriteLine($"  pulses CRC              {firmware.PulsesCrc32}");
        }

        Console.WriteLine($"  report                  {result.ReportJsonPath}");
        Console.WriteLine($"  alerts                  {AlertOptions.Summary(spoken)}");
        return 0;
    }

    private static void Tell(Board board, string folder, FirmwareImage firmware)
    {
        string Cost(long flash, long ram) => $"flash {Units.Bytes(flash)} of {Units.Bytes(board.FlashBytes)}, RAM {Units.Bytes(ram)} of {Units.Bytes(board.RamBytes)}";
        if (firmware.Application is { } application)
            Console.WriteLine($"  application             {Path.Combine(folder, application.Binary ?? application.Image)} ({Cost(application.FlashBytes, application.RamBytes)}; {(application.Speaks ? "speech and tones" : "tones only")})");
        Console.WriteLine($"  test image              {Path.Combine(folder, firmware.Image)} ({Cost(firmware.FlashBytes, firmware.RamBytes)})");
        Console.WriteLine($"  says all alerts under   {firmware.VerifiedUnder ?? "nothing: see the warnings"}");
    }
}
