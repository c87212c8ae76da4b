namespace Qwen3Tokenizer.Edge.Audio.Metrics;

/// <summary>Words that a recogniser got wrong: fewest substitutions, deletions and insertions that turn what was said into what it heard (Levenshtein 1966).</summary>
/// <param name="Errors">That number.</param>
/// <param name="Words">Words that were said.</param>
public readonly record struct WordErrors(int Errors, int Words)
{
    /// <summary>Errors per word said: 0 for a perfect hearing, above 1 where more was heard than said; NaN where nothing was said.</summary>
    public double Rate => Words == 0 ? double.NaN : (double)Errors / Words;

    /// <summary>Adds up errors and words.</summary>
    /// <param name="a">Of one utterance.</param>
    /// <param name="b">Of another.</param>
    public static WordErrors operator +(WordErrors a, WordErrors b) => new(a.Errors + b.Errors, a.Words + b.Words);

    /// <summary>The same as <c>a + b</c>.</summary>
    /// <param name="left">Of one utterance.</param>
    /// <param name="right">Of another.</param>
    public static WordErrors Add(WordErrors left, WordErrors right) => left + right;

    /// <summary>Compares word for word, exactly.</summary>
    /// <param name="said">What was said.</param>
    /// <param name="heard">What was heard.</param>
    public static WordErrors Count(IReadOnlyList<string> said, IReadOnlyList<string> heard)
    {
        ArgumentNullException.ThrowIfNull(said);
        ArgumentNullException.ThrowIfNull(heard);

        // Row i of the table of distances between the first i words said and the first j heard; only one row is kept.
        int[] row = [.. Enumerable.Range(0, heard.Count + 1)];
        for (int i = 1; i <= said.Count; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= heard.Count; j++)
            {
                int substituted = diagonal + (said[i - 1] == heard[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return new WordErrors(row[^1], said.Count);
    }
}
