namespace Qwen3Tokenizer.Edge.Benchmarks.Codecs;

/// <summary>The tables, in Markdown.</summary>
internal static class ScoreTables
{
    // tests/data/heldout/README.md says what the numbers are.
    private static readonly (string Name, Func<SpeechClip, bool> Belongs)[] Kinds =
    [
        ("All clips", _ => true),
        ("Unseen speakers (01-21)", c => c.Number is >= 1 and <= 21),
        ("Of these, other recordings than telephone prompts (15-21)", c => c.Number is >= 15 and <= 21),
        ("Voices heard in training, other prompts (22-46)", c => c.Number is >= 22 and <= 46),
        ("Game dialogue with effects (47-50)", c => c.Number is >= 47),
    ];

    /// <summary>One table per kind of clip. Means over clips; a clip without the figure (no voiced frame) is left out of that mean.</summary>
    public static void Print(TextWriter output, IReadOnlyList<Score> scores)
    {
        foreach ((string name, Func<SpeechClip, bool> belongs) in Kinds)
        {
            List<Score> part = [.. scores.Where(s => belongs(s.Clip))];
            if (part.Count > 0)
            {
                Table(output, name, part);
            }
        }
    }

    private static void Table(TextWriter output, string name, List<Score> scores)
    {
        List<SpeechClip> clips = [.. scores.Select(s => s.Clip).Distinct()];
        output.WriteLine($"### {name}: {clips.Count} clips, {clips.Sum(c => c.Seconds):F0} s");
        output.WriteLine();
        output.WriteLine($"| codec | bit/s | rate, kHz | {string.Join(" | ", Score.Columns.Select(c => c.Heading))} |");
        output.WriteLine($"|---|---|---|{string.Concat(Enumerable.Repeat("---|", Score.Columns.Length))}");
        foreach (IGrouping<string, Score> codec in scores.GroupBy(s => s.Codec))
        {
            double bits = codec.Sum(s => s.PayloadBits) / codec.Sum(s => s.Clip.Seconds);
            IEnumerable<string> cells = Score.Columns.Select((c, i) => Mean(codec, i).ToString(c.Format));
            output.WriteLine($"| {codec.Key} | {bits:F0} | {codec.First().Rate / 1000.0:F0} | {string.Join(" | ", cells)} |");
        }

        output.WriteLine();
    }

    private static double Mean(IEnumerable<Score> scores, int figure) => scores.Select(s => s.Figures[figure]).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
}
