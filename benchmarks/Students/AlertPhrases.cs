using Qwen3Tokenizer.Edge.Benchmarks.Codecs;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Boards;

namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>How a phrase is spoken: the shipped way, and small changes of it, so that a figure does not hang on where the frames of 80 ms happen to fall.</summary>
/// <param name="SpeedChange">Words per minute more than shipped.</param>
/// <param name="PitchChange">espeak-ng's units more than shipped.</param>
/// <param name="GainDb">Louder than shipped.</param>
/// <param name="LeadMs">Silence before it.</param>
internal sealed record Rendering(int SpeedChange, int PitchChange, double GainDb, int LeadMs)
{
    /// <summary>The first is the shipped one.</summary>
    public static IReadOnlyList<Rendering> All { get; } = [new(0, 0, 0, 0), new(-15, 0, 0, 20), new(15, 0, 0, 40), new(0, -6, 0, 60), new(0, 6, 0, 10), new(0, 0, -6, 30)];
}

/// <summary>The English alerts of meter-m4 and twenty new ones in the same voice.</summary>
internal static class AlertPhrases
{
    /// <summary>Set of the alerts that the board ships.</summary>
    public const string Shipped = "19 alerts";

    /// <summary>Set of the phrases that no alert list and no training list has.</summary>
    public const string New = "20 new phrases";

    private const string BoardName = "meter-m4";

    /// <summary>All utterances.</summary>
    public static List<Utterance> Load()
    {
        Programs.Require("espeak-ng", "espeak-ng");
        var file = AlertFile.Load(Path.Combine(Board.Load(BoardName).Folder, AlertFile.Name));
        List<(AlertRow Row, AlertSource.Spoken Spoken)> alerts = [.. file.Rows.Where(r => r.Language == "en" && r.Source is AlertSource.Spoken).Select(r => (r, (AlertSource.Spoken)r.Source))];
        if (alerts.Count == 0)
        {
            throw new BuildException($"{file.Path}: has no English alert that is spoken, so that there is nothing to be recognised.");
        }

        AlertSource.Spoken voice = alerts[0].Spoken;
        string[] phrases = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "phrases.txt")).Where(l => l.Length > 0 && l[0] != '#')];
        List<Utterance> utterances = [];
        foreach (Rendering rendering in Rendering.All)
        {
            utterances.AddRange(alerts.Select((a, i) => Of(a.Spoken, rendering, Shipped, i, Path.Combine(file.Folder, "alerts", SpokenText.FileName(a.Row, a.Spoken)))));
            utterances.AddRange(phrases.Select((p, i) => Of(voice with { Said = p }, rendering, New, i, null)));
        }

        return utterances;
    }

    // The board plays the tokens that lie beside the alert file: the shipped rendering is decoded from them.
    private static Utterance Of(AlertSource.Spoken spoken, Rendering rendering, string set, int item, string? tokens)
    {
        AlertSource.Spoken changed = spoken with { WordsPerMinute = spoken.WordsPerMinute + rendering.SpeedChange, Pitch = spoken.Pitch + rendering.PitchChange };
        float gain = (float)Math.Pow(10, rendering.GainDb / 20);
        float[] samples = [.. new float[Speech.Rate * rendering.LeadMs / 1000], .. SpokenText.Render(changed, Speech.Rate).Select(s => s * gain)];
        bool shipped = rendering == Rendering.All[0] && tokens is not null;
        return new Utterance(new Speech(spoken.Said, samples, shipped ? TokenFile.Read(tokens!) : null), Grammar.WordsOf(spoken.Said), set, item);
    }
}
