using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>The options of a build that has alerts.</summary>
internal sealed record AlertOptions(Option<string?> File, Option<bool> Speak, Option<string?> Table, Option<string?> Range, Option<string[]> Pins)
{
    public static AlertOptions Create() => new(
        new Option<string?>("--alerts", "-a") { HelpName = "FILE", Description = "Alert file (alerts.json): the folder 'player' of the output gets the player, the alerts and the tones as C and C#." },
        new Option<bool>("--speak") { Description = "Let espeak-ng speak texts of the alert file whose tokens are not kept beside it yet; keeps them there." },
        new Option<string?>("--tones") { HelpName = "TABLE", Description = "Tone table of the alerts, .csv or .json (default: the one learned for the built-in models)." },
        ToneOptions.Range(),
        ToneOptions.Pins());

    public void AddTo(Command verb)
    {
        foreach (Option option in (Option[])[File, Speak, Table, Range, Pins])
            verb.Add(option);
    }

    /// <summary>Reads the alert file and all its sounds, before anything is built; null when no alert file was named.</summary>
    public BuiltAlerts? Gather(ParseResult parsed, EdgeModel model)
    {
        if (parsed.GetValue(File) is not { } path)
            return null;
        ToneRange range = ToneOptions.RangeOf(parsed.GetValue(Range));
        ToneTable tones = ToneOptions.Pinned(ToneOptions.Read(parsed.GetValue(Table)).Within(range), ToneOptions.PinsOf(parsed.GetValue(Pins)!), range);
        var file = AlertFile.Load(path);
        bool speak = parsed.GetValue(Speak);
        return new BuiltAlerts(WorkProgress.Run("Gathering alerts", progress => AlertSet.Gather(file, model, speak, progress)), tones);
    }
}

/// <summary>Alerts and tones that are ready to be written.</summary>
internal sealed record BuiltAlerts(AlertSet Set, ToneTable Tones)
{
    public string Summary => FormattableString.Invariant(
        $"{Set.Alerts.Count}, {Set.Alerts.Sum(a => a.Tokens.Frames) * 0.08:0.0} s, {Units.Bytes(Set.Codes.Length)} of codes, {Units.Bytes(AlertPackage.TableBytes(Set, Tones))} of flash with rows and tones");

    public void Write(string folder) => AlertPackage.Write(folder, Set, Tones);
}
