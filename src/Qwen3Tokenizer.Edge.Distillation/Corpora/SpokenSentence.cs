namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>A sentence as a synthesiser is to say it.</summary>
/// <param name="Text">What is said.</param>
/// <param name="SpeedChange">Words per minute more than the voice's.</param>
/// <param name="PitchChange">espeak-ng's units of pitch more than the voice's.</param>
public sealed record SpokenSentence(string Text, int SpeedChange = 0, int PitchChange = 0);

/// <summary>Sentences by their number: the same number always gives the same sentence.</summary>
public interface ISentences
{
    /// <summary>A sentence.</summary>
    /// <param name="index">Its number, from 0.</param>
    /// <returns>The sentence; null after the last one.</returns>
    SpokenSentence? At(int index);
}

/// <summary>Sentences as they are written, without those that hold an excluded phrase.</summary>
public sealed class ListedSentences : ISentences
{
    private readonly string[] _texts;

    /// <summary>Takes the sentences of a text.</summary>
    /// <param name="texts">The sentences.</param>
    /// <param name="excluded">What must not occur in one.</param>
    public ListedSentences(IEnumerable<string> texts, ExcludedPhrases excluded) => _texts = [.. texts.Where(t => !excluded.OccurIn(t))];

    /// <inheritdoc/>
    public SpokenSentence? At(int index) => index < _texts.Length ? new SpokenSentence(_texts[index]) : null;
}
