using Qwen3Tokenizer.Edge.Audio.Metrics;

namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>The tables, in Markdown: means with their 95 % intervals over clips.</summary>
internal static class MeasureTables
{
    // tests/data/heldout/README.md says what the numbers in front of the names are.
    private static readonly (string Name, int First, int Last)[] Kinds =
    [
        ("unseen speakers (01-21)", 1, 21),
        ("of these, other recordings than prompts (15-21)", 15, 21),
        ("voices heard in training (22-46)", 22, 46),
        ("game dialogue (47-50)", 47, 50),
    ];

    /// <summary>Prints everything.</summary>
    public static void Print(TextWriter output, IReadOnlyList<Speech> clips, IReadOnlyList<SystemScores> scores, Differences differences, bool dnsmos)
    {
        int figures = Figures.All.Count - (dnsmos ? 0 : 1);
        string headings = string.Join(" | ", Figures.All.Take(figures).Select(f => f.Heading)), rule = string.Concat(Enumerable.Repeat("---|", figures));
        int[] all = [.. Enumerable.Range(0, clips.Count)];
        output.WriteLine($"{clips.Count} clips, {clips.Sum(c => c.Seconds):F0} s; mean (95 % interval over clips).");
        output.WriteLine();
        output.WriteLine($"| system | bit/s | kHz | {headings} |");
        output.WriteLine($"|---|---|---|{rule}");
        foreach (SystemScores s in scores)
        {
            output.WriteLine($"| {s.System.Label} | {(s.BitsPerSecond > 0 ? $"{s.BitsPerSecond:F0}" : "-")} | {s.Rate / 1000} | {string.Join(" | ", Enumerable.Range(0, figures).Select(f => Cell(s.Mean(f, all), Figures.All[f], "")))} |");
        }

        output.WriteLine();
        output.WriteLine("Differences on the same clips, first minus second: mean (95 % interval).");
        output.WriteLine();
        output.WriteLine($"| first | second | {headings} |");
        output.WriteLine($"|---|---|{rule}");
        foreach ((SystemScores a, SystemScores b) in differences.Pairs)
        {
            output.WriteLine($"| {a.System.Label} | {b.System.Label} | {string.Join(" | ", Enumerable.Range(0, figures).Select(f => Cell(a.Minus(b, f, all), Figures.All[f], "+")))} |");
        }

        PrintKinds(output, clips, scores);
        output.WriteLine();
        output.WriteLine($"Clips: {string.Join(", ", clips.Select(c => c.Name))}.");
    }

    private static void PrintKinds(TextWriter output, IReadOnlyList<Speech> clips, IReadOnlyList<SystemScores> scores)
    {
        List<(string Name, int[] Clips)> kinds = [.. Kinds.Select(k => (k.Name, Members(clips, k.First, k.Last))).Where(k => k.Item2.Length > 0)];
        if (kinds.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine($"| STOI | {string.Join(" | ", kinds.Select(k => k.Name))} |");
        output.WriteLine($"|---|{string.Concat(kinds.Select(_ => "---|"))}");
        foreach (SystemScores s in scores.Where(s => s.BitsPerSecond > 0))
        {
            output.WriteLine($"| {s.System.Label} | {string.Join(" | ", kinds.Select(k => Cell(s.Mean(0, k.Clips), Figures.All[0], "")))} |");
        }
    }

    private static int[] Members(IReadOnlyList<Speech> clips, int first, int last) =>
        [.. Enumerable.Range(0, clips.Count).Where(c => clips[c].Name.Length > 2 && int.TryParse(clips[c].Name.AsSpan(0, 2), out int n) && n >= first && n <= last)];

    private static string Cell(MeanInterval value, Figure figure, string sign)
    {
        if (value.Count == 0)
        {
            return "-";
        }

        string Text(double v) => (v >= 0 ? sign : "") + (v * figure.Scale).ToString(figure.Format);
        return $"{Text(value.Mean)} ({Text(value.Low)} to {Text(value.High)})";
    }
}
