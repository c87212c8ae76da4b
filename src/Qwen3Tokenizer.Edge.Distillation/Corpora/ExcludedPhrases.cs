using System.Text;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>
/// Phrases that training text must never hold, so that they can be used to test what training did not see. They are compared word by word, without case and punctuation, and the English names of the
/// ten digits count as digits: "3 9 8 2" also excludes "three, nine, eight, two".
/// </summary>
public sealed class ExcludedPhrases
{
    private static readonly string[] Digits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    // Phrases by their first word.
    private readonly Dictionary<string, List<string[]>> _phrases = new(StringComparer.Ordinal);

    /// <summary>Excludes some phrases.</summary>
    /// <param name="phrases">Phrases of at least one word.</param>
    public ExcludedPhrases(IEnumerable<string> phrases)
    {
        foreach (string[] words in phrases.Select(WordsOf).Where(w => w.Length > 0))
        {
            if (!_phrases.TryGetValue(words[0], out List<string[]>? list))
                _phrases.Add(words[0], list = []);
            list.Add(words);
        }
    }

    /// <summary>No phrases.</summary>
    public static ExcludedPhrases None { get; } = new([]);

    /// <summary>Reads files of phrases, one a line; lines that begin with # and empty ones do not count.</summary>
    /// <param name="files">Text files in UTF-8.</param>
    /// <exception cref="CorpusException">A file is missing, too long, not text, or has no phrase.</exception>
    public static ExcludedPhrases Read(IEnumerable<string> files) => new(files.SelectMany(TextLines.Read));

    /// <summary>Whether a text has one of the phrases in it, as a whole.</summary>
    /// <param name="text">The text.</param>
    public bool OccurIn(string text)
    {
        string[] words = WordsOf(text);
        for (int i = 0; i < words.Length; i++)
        {
            if (_phrases.TryGetValue(words[i], out List<string[]>? list) && list.Any(p => words.AsSpan(i).StartsWith(p)))
                return true;
        }

        return false;
    }

    /// <summary>A text's words as they are compared. Chinese characters are a word each.</summary>
    internal static string[] WordsOf(string text)
    {
        var plain = new StringBuilder();
        foreach (Rune rune in text.Normalize(NormalizationForm.FormKC).EnumerateRunes())
        {
            bool alone = rune.Value is >= 0x3400 and <= 0x9FFF;
            if (alone)
                plain.Append(' ').Append(rune).Append(' ');
            else if (Rune.IsLetterOrDigit(rune))
                plain.Append(Rune.ToLowerInvariant(rune));
            else if (rune.Value is not ('\'' or '\u2019'))
                plain.Append(' ');
        }

        string[] words = plain.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return [.. words.Select(w => Array.IndexOf(Digits, w) is >= 0 and int digit ? ((char)('0' + digit)).ToString() : w)];
    }
}
