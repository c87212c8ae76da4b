using System.Text;
using Qwen3Tokenizer.Edge.Distillation.Engine;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>New word sequences out of texts whose words are set apart by blanks: mostly a word follows one that it follows in the texts (a Markov chain of first order), at times any other of them, or one from elsewhere.</summary>
internal sealed class WordWalk
{
    private const double Jump = 0.2;
    private const double Elsewhere = 0.25;
    private const int MinWords = 3;
    private const int MaxWords = 7;
    private readonly string[] _words;
    private readonly string[] _first;
    private readonly Dictionary<string, List<string>> _next = new(StringComparer.Ordinal);

    public WordWalk(IEnumerable<string> texts)
    {
        string[][] clauses = [.. texts.SelectMany(Clauses).Select(WordsOf).Where(c => c.Length > 0)];
        (_words, _first) = ([.. clauses.SelectMany(c => c)], [.. clauses.Select(c => c[0])]);
        foreach (string[] clause in clauses)
        {
            for (int i = 1; i < clause.Length; i++)
            {
                if (!_next.TryGetValue(clause[i - 1], out List<string>? list))
                    _next.Add(clause[i - 1], list = []);
                list.Add(clause[i]);
            }
        }
    }

    /// <summary>Whether there is no word.</summary>
    public bool IsEmpty => _words.Length == 0;

    /// <summary>Its words, as often as they occur.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>The parts of a text that are sentences of their own, without their full stops.</summary>
    public static IEnumerable<string> Clauses(string text) => text.Split(['.', '!', '?', ';', '。', '！', '？', '；'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Draws a sentence.</summary>
    /// <param name="random">Where the numbers come from.</param>
    /// <param name="others">Words that may stand between those of the texts; may be empty.</param>
    public string Draw(ref CounterRandom random, IReadOnlyList<string> others)
    {
        int count = MinWords + (int)random.NextBelow(MaxWords - MinWords + 1);
        string word = _first[random.NextBelow(_first.Length)];
        var text = new StringBuilder(word);
        for (int i = 1; i < count; i++)
        {
            double kind = random.NextDouble();
            IReadOnlyList<string> from = kind < Elsewhere && others.Count > 0 ? others : kind >= Elsewhere + Jump && _next.TryGetValue(word, out List<string>? next) ? next : _words;
            word = from[(int)random.NextBelow(from.Count)];
            text.Append(' ').Append(word);
        }

        return Sentence(text.ToString());
    }

    /// <summary>A sentence with its capital letter and full stop.</summary>
    public static string Sentence(string words) => char.ToUpperInvariant(words[0]) + words[1..] + ".";

    private static string[] WordsOf(string clause) =>
        [.. clause.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => w.Trim(',', ':', '，', '、', '"').ToLowerInvariant()).Where(w => w.Length > 0)];
}
