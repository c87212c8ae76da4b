using System.Text.Json;
using Qwen3Tokenizer.Edge.Audio.Metrics;

namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>What was understood, in Markdown or JSON.</summary>
internal static class RecognitionTables
{
    /// <summary>Prints.</summary>
    /// <param name="options">Which form.</param>
    /// <param name="hearings">What was heard.</param>
    /// <param name="sets">The sets in the order of the columns.</param>
    /// <param name="grammars">The grammars.</param>
    /// <param name="explained">Names of the systems whose misheard phrases are listed.</param>
    public static void Print(Options options, List<Hearing> hearings, IReadOnlyList<string> sets, IReadOnlyList<Grammar> grammars, IReadOnlyList<string> explained)
    {
        if (options.Json)
        {
            WriteJson(hearings, sets);
            return;
        }

        Utterance[] said = [.. hearings[0].Utterances];
        Console.WriteLine($"{said.Length} utterances of {said.Select(u => (u.Set, u.Item)).Distinct().Count()} texts; %, mean (95 % interval over texts).");
        Console.WriteLine();
        List<(string Set, Grammar Grammar)> columns = [.. grammars.SelectMany(g => sets.Select(s => (s, g)))];
        Console.WriteLine($"| system | receiver | {string.Join(" | ", columns.Select(Headings))} |");
        Console.WriteLine($"|---|---|{string.Concat(columns.Select(c => c.Grammar.Name == "words" ? "---|---|" : "---|"))}");
        foreach (IGrouping<(SpeechSystem System, Receiver? Receiver), Hearing> row in hearings.GroupBy(h => (h.System, h.Receiver)))
        {
            string receiver = row.Key.Receiver?.ToString().ToLowerInvariant() ?? "-";
            Console.WriteLine($"| {row.Key.System.Label} | {receiver} | {string.Join(" | ", columns.Select(c => Cells(row.First(h => h.Grammar == c.Grammar), c.Set)))} |");
        }

        foreach (Hearing hearing in hearings.Where(h => explained.Contains(h.System.Name) && h.Grammar.Name == "phrases" && h.Receiver is null or Receiver.Plain))
        {
            PrintMisheard(hearing);
        }
    }

    private static string Headings((string Set, Grammar Grammar) column) =>
        column.Grammar.Name == "words" ? $"{column.Set}: word errors, any words | wholly right, any words" : $"{column.Set}: right among the phrases";

    private static string Cells(Hearing hearing, string set) =>
        hearing.Grammar.Name == "words" ? $"{Percent(hearing.Errors(set))} | {Percent(hearing.Right(set))}" : Percent(hearing.Right(set));

    private static string Percent(MeanInterval v) => $"{100 * v.Mean:F1} ({100 * v.Low:F1} to {100 * v.High:F1})";

    private static void PrintMisheard(Hearing hearing)
    {
        var wrong = Enumerable.Range(0, hearing.Utterances.Count).Where(i => !hearing.IsRight(i)).GroupBy(i => hearing.Utterances[i].Speech.Name).ToList();
        if (wrong.Count == 0)
        {
            return;
        }

        Console.WriteLine();
        Console.WriteLine($"Misheard among the phrases, {hearing.System.Label}:");
        Console.WriteLine();
        foreach (IGrouping<string, int> phrase in wrong)
        {
            IEnumerable<string> versions = phrase.Select(i => hearing.Heard[i].Length == 0 ? "nothing" : $"\"{string.Join(' ', hearing.Heard[i])}\"");
            Console.WriteLine($"- \"{phrase.Key}\": {string.Join(", ", versions)}");
        }
    }

    private static void WriteJson(List<Hearing> hearings, IReadOnlyList<string> sets)
    {
        using Stream output = Console.OpenStandardOutput();
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartArray();
        foreach (Hearing hearing in hearings)
        {
            foreach (string set in sets)
            {
                json.WriteStartObject();
                json.WriteString("name", hearing.System.Name);
                json.WriteString("arithmetic", hearing.System.Arithmetic);
                json.WriteNumber("layers", hearing.System.Layers);
                json.WriteString("receiver", hearing.Receiver?.ToString().ToLowerInvariant());
                json.WriteString("grammar", hearing.Grammar.Name);
                json.WriteString("set", set);
                MeasureJson.WriteInterval(json, "right", hearing.Right(set), []);
                MeasureJson.WriteInterval(json, "word_errors", hearing.Errors(set), []);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }
}
