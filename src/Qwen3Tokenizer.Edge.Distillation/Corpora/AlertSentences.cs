using Qwen3Tokenizer.Edge.Distillation.Engine;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>
/// Endless sentences for the voice of an alert set: the alerts themselves, their clauses and words in new orders, numbers and strings of digits, everyday sentences and invented words, so that a decoder that learns
/// them understands the voice beyond the alerts that exist today. Sentence n depends on the seed and n alone. No sentence holds an excluded phrase: give here what is to be tested afterwards
/// (this project's own test keeps the phrases and the strings of digits of its recognition benchmark out).
/// </summary>
public sealed class AlertSentences : ISentences
{
    private const int Purpose = 104;
    private const int Tries = 100;

    // Half of the sentences are spoken exactly as the alerts, the others a little faster, slower, higher or lower.
    private const int SpeedSpread = 20;
    private const int PitchSpread = 8;

    private readonly string[] _texts;
    private readonly string[] _clauses;
    private readonly WordWalk _walk;
    private readonly WordWalk _everydayWalk;
    private readonly IReadOnlyList<string> _everyday;
    private readonly IReadOnlyList<string> _others;
    private readonly string _language;
    private readonly ExcludedPhrases _excluded;
    private readonly ulong _seed;

    /// <summary>Prepares a text.</summary>
    /// <param name="texts">What the alerts say, spelt for the voice, words set apart by blanks.</param>
    /// <param name="language">BCP 47 tag; in English and in pinyin, and in a smaller measure in the other languages of the built-in sentences, other sentences are added.</param>
    /// <param name="excluded">What must not occur.</param>
    /// <param name="seed">Seed of everything that is drawn.</param>
    /// <exception cref="CorpusException">The alerts say nothing, or nothing but what is excluded.</exception>
    public AlertSentences(IEnumerable<string> texts, string language, ExcludedPhrases excluded, ulong seed)
    {
        (_excluded, _seed, _language) = (excluded, seed, language);
        _texts = [.. texts.Where(t => !excluded.OccurIn(t))];
        _clauses = [.. _texts.SelectMany(WordWalk.Clauses).Distinct(StringComparer.OrdinalIgnoreCase)];
        _walk = new WordWalk(_texts);
        _everyday = SynthesisText.Has(language) ? SynthesisText.Of(language) : [];
        _everydayWalk = new WordWalk(_everyday);
        _others = language == "en" ? [.. EnglishNumbers.Digits, .. EverydayEnglish.Words] : [.. _everydayWalk.Words];
        if (_walk.IsEmpty)
            throw new CorpusException($"the alerts in \"{language}\" say nothing that is not excluded, so that no sentences can be made of them.");
    }

    /// <inheritdoc/>
    public SpokenSentence? At(int index)
    {
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            var random = new CounterRandom(_seed, index, attempt, Purpose);
            string text = Draw(ref random);
            if (_excluded.OccurIn(text))
                continue;
            bool asAlerts = random.NextBelow(2) == 0;
            return asAlerts ? new SpokenSentence(text) : new SpokenSentence(text, Spread(SpeedSpread, ref random), Spread(PitchSpread, ref random));
        }

        return new SpokenSentence(_texts[index % _texts.Length]);
    }

    private static int Spread(int most, ref CounterRandom random) => (int)random.NextBelow((2 * most) + 1) - most;

    private string Draw(ref CounterRandom random)
    {
        double kind = random.NextDouble();
        if (kind < 0.06)
            return _texts[random.NextBelow(_texts.Length)];
        if (kind < 0.18)
            return Clauses(ref random);
        if (kind < 0.4)
            return _walk.Draw(ref random, _others);
        if (kind < 0.6 && InventedWords.Has(_language))
            return InventedWords.Draw(_language, ref random);
        if (_language == "en")
            return kind < 0.75 ? EnglishNumbers.Draw(ref random) : EverydayEnglish.Draw(ref random);
        if (_everyday.Count == 0)
            return _walk.Draw(ref random, _others);
        return kind < 0.8 ? _everyday[(int)random.NextBelow(_everyday.Count)] : _everydayWalk.Draw(ref random, []);
    }

    private string Clauses(ref CounterRandom random)
    {
        var picked = new string[2 + random.NextBelow(2)];
        for (int i = 0; i < picked.Length; i++)
            picked[i] = _clauses[random.NextBelow(_clauses.Length)];
        return string.Join(". ", picked) + ".";
    }
}
