using System.Text;

namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>What a recogniser may hear, as a JSGF grammar.</summary>
/// <param name="Name">For the tables and files.</param>
/// <param name="Jsgf">Its text.</param>
/// <param name="Words">Its words.</param>
internal sealed record Grammar(string Name, string Jsgf, IReadOnlyList<string> Words)
{
    /// <summary>Any one of the phrases.</summary>
    public static Grammar OfPhrases(IEnumerable<string[]> phrases)
    {
        string[] lines = [.. phrases.Select(p => string.Join(' ', p)).Distinct().Order(StringComparer.Ordinal)];
        return new Grammar("phrases", Text(string.Join(" | ", lines)), Distinct(lines.SelectMany(l => l.Split(' '))));
    }

    /// <summary>Any number of the words, in any order.</summary>
    public static Grammar OfWords(IEnumerable<string> words)
    {
        string[] distinct = Distinct(words);
        return new Grammar("words", Text($"({string.Join(" | ", distinct)})+"), distinct);
    }

    /// <summary>A text's words as dictionaries spell them.</summary>
    public static string[] WordsOf(string text)
    {
        var letters = new StringBuilder();
        foreach (char c in text)
        {
            letters.Append(char.IsAsciiLetter(c) || c == '\'' ? char.ToLowerInvariant(c) : ' ');
        }

        return letters.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Text(string rule) => $"#JSGF V1.0;\ngrammar students;\npublic <said> = {rule};\n";

    private static string[] Distinct(IEnumerable<string> words) => [.. words.Distinct().Order(StringComparer.Ordinal)];
}
