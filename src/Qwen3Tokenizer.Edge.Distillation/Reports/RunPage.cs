using System.Globalization;
using System.Text;
using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>A training run as one HTML page that refers to nothing outside itself: facts, curves and, when it has ended, figures and samples.</summary>
internal static class RunPage
{
    /// <summary>Draws the page.</summary>
    /// <param name="facts">The run.</param>
    /// <param name="state">How far it is.</param>
    /// <param name="figures">Figures and samples; null while the run goes on.</param>
    public static string Draw(RunFacts facts, RunState state, IReadOnlyList<HeldOutFigures>? figures)
    {
        string name = Html.Text(Path.GetFileNameWithoutExtension(facts.Output)), going = figures is null ? "\n<meta http-equiv=\"refresh\" content=\"60\">" : "";
        string page = $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">{going}
            <title>{name}: training run</title>
            <style>
            {Html.Style}
            </style>
            </head>
            <body>
            <header>
              <p class="kicker">Qwen3Tokenizer.Edge</p>
              <h1>{name}</h1>
              <p class="lead"><b>{Html.Text(facts.What)}</b>, {(figures is null ? "in training: this page is written anew at every checkpoint" : "trained")}.</p>
            </header>
            <main>
            <section class="cards">
            {Cards(facts, state)}</section>
            <section>
            <h2>Curves <small>means since the line before in the log</small></h2>
            {Curves(facts)}</section>
            {(figures is null ? "" : Results(figures))}<section>
            <h2>Settings</h2>
            {Table(["setting", "value"], [.. facts.Settings.Select(s => (string[])[s.Name, s.Value])])}{string.Concat(facts.Origins.Select(o => $"<p class=\"note\">{Html.Text(o)}</p>\n"))}</section>
            <section>
            <h2>Data</h2>
            {Data(facts)}</section>
            <section class="limits">
              <h2>What to expect</h2>
              <p>Figures are measured, not heard: no listening test was made. The model speaks with <b>one voice and one pitch at a time</b>: not music, not two people at once. Sources, licences and limits stand in the model's card, <b>{Html.Text(Path.GetFileName(facts.CardPath))}</b>.</p>
            </section>
            </main>
            <footer>corpus {Html.Text(facts.CorpusName)} · SHA-256 {facts.Corpus.Hash[..16]}…</footer>
            <script>
            {Html.Script}
            </script>
            </body>
            </html>

            """;
        return page.ReplaceLineEndings("\n");
    }

    private static string Cards(RunFacts facts, RunState state)
    {
        EdgeModelConfig config = facts.Config;
        string steps = state.Steps == int.MaxValue ? "their number is being measured" : string.Create(CultureInfo.InvariantCulture, $"of {state.Steps:N0}");
        IReadOnlyList<TrainingData> data = facts.Data;
        return Card("Steps", string.Create(CultureInfo.InvariantCulture, $"{state.Step:N0}"), steps, " strong")
            + Card("Time", string.Create(CultureInfo.InvariantCulture, $"{state.Seconds / 60:0.0} min"), string.Create(CultureInfo.InvariantCulture, $"{facts.Threads} thread{(facts.Threads == 1 ? "" : "s")}"))
            + Card("Bit rate", string.Create(CultureInfo.InvariantCulture, $"{config.NumQuantizers * config.BitsPerCode * config.TokenRate:0} bit/s"), string.Create(CultureInfo.InvariantCulture, $"{config.NumQuantizers} × {config.BitsPerCode} bits × {config.TokenRate:0.##} frames/s"))
            + Card("Speech", string.Create(CultureInfo.InvariantCulture, $"{config.SampleRate / 1000.0:0.###} kHz"), "mono")
            + Card("Data", string.Create(CultureInfo.InvariantCulture, $"{data.Sum(d => d.Minutes):0} min"), data.Any(d => d.VariedMinutes > 0) ? string.Create(CultureInfo.InvariantCulture, $"and {data.Sum(d => d.VariedMinutes):0} min of copies at other speeds") : "of recordings");
    }

    private static string Card(string name, string value, string detail, string kind = "") =>
        $"<div class=\"card{kind}\"><h2>{name}</h2><p>{Html.Text(value)}</p><small>{Html.Text(detail)}</small></div>\n";

    // A log that somebody changed must not end a run of hours: the page says what is wrong with it.
    private static string Curves(RunFacts facts)
    {
        try
        {
            RunStatus[] log = [.. facts.Logs.Where(File.Exists).SelectMany(RunLogReader.Read)];
            return log.Length == 0 ? "<p class=\"note\">The log has no line yet.</p>\n" : RunCurves.Draw(log);
        }
        catch (ModelFormatException e)
        {
            return $"<p class=\"note\">No curves: {Html.Text(e.Message)}</p>\n";
        }
    }

    private static string Results(IReadOnlyList<HeldOutFigures> all)
    {
        HeldOutFigures last = all[^1];
        if (last.Clips.Count == 0)
        {
            return "<section>\n<h2>Quality</h2>\n<p class=\"note\">Not measured: the corpus holds out no voice of 1.5 seconds that may be used.</p>\n</section>\n";
        }

        return $"""
            <section>
            <h2>Quality <small>means over {last.Clips.Count} held-out clips, at {(last.Rate / 1000.0).ToString("0.###", CultureInfo.InvariantCulture)} kHz</small></h2>
            {string.Concat(all.Select(f => $"<p class=\"note\">Decoding {f.Tokens} tokens:</p>\n{Figures(f)}"))}</section>
            <section>
            <h2>Samples <small>held-out clips, the first seconds, from {last.Tokens} tokens</small></h2>
            <p class="note legend"><span>−{SpectrogramPicture.RangeDb.ToString("0", CultureInfo.InvariantCulture)} dB</span><i></i><span>loudest</span><span class="tail">The pictures of a clip share one scale. Figures are of the whole clip.</span></p>
            </section>
            {SamplePanels.Draw(last)}
            """;
    }

    private static string Figures(HeldOutFigures figures)
    {
        static string Mean(LayerFigures l, Func<SpeechQuality, double?> figure, double factor, string format) =>
            l.Mean(figure) is { Count: > 0 } mean ? (factor * mean.Mean).ToString(format, CultureInfo.InvariantCulture) : "–";
        return Table(["layers", "#STOI", "#log-spectral distance, dB", "#log-mel distance, Np", "#pitch error, cents", "#off by > 200 cents, %", "#voicing errors, %"], [.. figures.Layers.Select(l => (string[])[
            l.Layers.ToString(CultureInfo.InvariantCulture), Mean(l, q => q.Stoi, 1, "0.000"), Mean(l, q => q.LogSpectralDistanceDb, 1, "0.00"), Mean(l, q => q.MelDistance, 1, "0.000"), Mean(l, q => q.PitchMedianCents, 1, "0.0"),
            Mean(l, q => q.PitchGrossErrorRate, 100, "0.0"), Mean(l, q => q.VoicingErrorRate, 100, "0.0")])]);
    }

    private static string Data(RunFacts facts) => Table(["source", "authors", "licence", "#recordings", "#minutes", "#copies, minutes"], [.. facts.Data.Select(d => (string[])[
        $"{d.Package} {d.Version}".TrimEnd() + (d.Synthetic ? " (synthesised)" : ""), d.Authors, d.Licence, d.Recordings.ToString(CultureInfo.InvariantCulture),
        d.Minutes.ToString("0.0", CultureInfo.InvariantCulture), d.VariedMinutes.ToString("0.0", CultureInfo.InvariantCulture)])]);

    private static string Table(string[] head, string[][] rows)
    {
        var text = new StringBuilder("<div class=\"table\"><table><tr>");
        foreach (string name in head)
        {
            text.Append($"<th{(name.StartsWith('#') ? " class=\"n\"" : "")}>{Html.Text(name.TrimStart('#'))}</th>");
        }

        foreach (string[] row in rows)
        {
            text.Append("</tr>\n<tr>");
            for (int i = 0; i < row.Length; i++)
            {
                text.Append($"<td{(head[i].StartsWith('#') ? " class=\"n\"" : "")}>{Html.Text(row[i])}</td>");
            }
        }

        return text.Append("</tr></table></div>\n").ToString();
    }
}
