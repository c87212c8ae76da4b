using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>The options of a build that has alerts.</summary>
internal sealed record AlertOptions(Option<string?> File, Option<bool> Speak, Option<string?> Table, Option<string?> Range, Option<string[]> Pins)
{
    public static AlertOptions Create() => new(
        new Option<string?>("--alerts", "-a") { HelpName = "FILE", Description = "Alert file (default: alerts.json in the board's folder, if it has one): the folder 'player' of the output gets the player, the alerts and the tones as C and C#." },
        new Option<bool>("--speak") { Description = "Let espeak-ng speak texts of the alert file whose tokens are not kept beside it yet; keeps them there." },
        new Option<string?>("--tones") { HelpName = "TABLE", Description = "Tone table of the alerts, .csv or .json (default: the one learned for edge-light's tokens)." },
        ToneOptions.Range(),
        ToneOptions.Pins());

    public void AddTo(Command verb)
    {
        foreach (Option option in (Option[])[File, Speak, Table, Range, Pins])
            verb.Add(option);
    }

    /// <summary>One line about alerts for the terminal.</summary>
    public static string Summary(BoardAlerts alerts) => FormattableString.Invariant(
        $"{alerts.Set.Alerts.Count}, {alerts.Set.Alerts.Sum(a => a.Tokens.Frames) * 0.08:0.0} s, {Units.Bytes(alerts.Set.Codes.Length)} of codes, {Units.Bytes(AlertPackage.TableBytes(alerts.Set, alerts.Tones))} of flash with rows and tones");

    /// <summary>Refuses alerts for a model that speaks none.</summary>
    /// <exception cref="CliException">An option of alerts was given.</exception>
    public void RequireNone(ParseResult parsed, string model)
    {
        if (((Option[])[File, Speak, Table, Range, Pins]).FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } given)
            throw new CliException($"{given.Name}: {model} is a full-size model; alerts are spoken by edge models ({string.Join(", ", BuiltInModels.Names)}).");
    }

    /// <summary>Reads the alert file, by default the board's own, and all its sounds, before anything is built; null when there is none. One layer is enough for tones.</summary>
    public BoardAlerts? Gather(ParseResult parsed, EdgeModel model, Board board, int? layers = null)
    {
        string own = Path.Combine(board.Folder, AlertFile.Name);
        if ((parsed.GetValue(File) ?? (System.IO.File.Exists(own) ? own : null)) is not { } path)
            return null;
        string? wanted = parsed.GetValue(Range);
        ToneRange range = wanted is null && board.Buzzer is { } buzzer ? new ToneRange(buzzer.LowHz, buzzer.HighHz) : ToneOptions.RangeOf(wanted);
        ToneTable tones = ToneOptions.Pinned(ToneOptions.Read(parsed.GetValue(Table)).Within(range), ToneOptions.PinsOf(parsed.GetValue(Pins)!), range);
        var file = AlertFile.Load(path);
        bool speak = parsed.GetValue(Speak);
        return new BoardAlerts(WorkProgress.Run("Gathering alerts", progress => AlertSet.Gather(file, model, speak, progress, layers)), tones);
    }
}
