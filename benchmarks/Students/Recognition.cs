using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Benchmarks.Codecs;

namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>Something said.</summary>
/// <param name="Speech">How it sounds.</param>
/// <param name="Words">What is said.</param>
/// <param name="Set">Which test it belongs to.</param>
/// <param name="Item">Number of the phrase in its set: renderings of a phrase stand or fall together, so that intervals are over phrases.</param>
internal sealed record Utterance(Speech Speech, string[] Words, string Set, int Item);

/// <summary>What was heard of all utterances through a system.</summary>
/// <param name="System">The system.</param>
/// <param name="Receiver">How an 8 kHz signal came to the recogniser; null for what is at 16 kHz.</param>
/// <param name="Grammar">The grammar.</param>
/// <param name="Utterances">What was said.</param>
/// <param name="Heard">What was heard of each.</param>
internal sealed record Hearing(SpeechSystem System, Receiver? Receiver, Grammar Grammar, IReadOnlyList<Utterance> Utterances, string[][] Heard)
{
    /// <summary>Whether utterance <paramref name="i"/> was heard without a mistake.</summary>
    public bool IsRight(int i) => Utterances[i].Words.AsSpan().SequenceEqual(Heard[i]);

    /// <summary>Share of the utterances of a set heard without a mistake.</summary>
    public MeanInterval Right(string set) => OverItems(set, i => IsRight(i) ? 1 : 0);

    /// <summary>Word errors over words said in a set, mean over its utterances.</summary>
    public MeanInterval Errors(string set) => OverItems(set, i => WordErrors.Count(Utterances[i].Words, Heard[i]).Rate);

    private MeanInterval OverItems(string set, Func<int, double> value) =>
        MeanInterval.Of([.. Enumerable.Range(0, Utterances.Count).Where(i => Utterances[i].Set == set).GroupBy(i => Utterances[i].Item, i => value(i)).Select(g => g.Average())]);
}

/// <summary>Utterances through systems into a recogniser.</summary>
internal static class Recognition
{
    /// <summary>What is heard, by system, receiver and grammar.</summary>
    /// <param name="recogniser">Who hears.</param>
    /// <param name="systems">What the utterances go through.</param>
    /// <param name="receivers">How 8 kHz signals come to 16 kHz.</param>
    /// <param name="utterances">What is said.</param>
    /// <param name="grammars">What may be heard.</param>
    /// <param name="silence">Seconds of silence before and behind what comes out, where the utterances have none of their own.</param>
    public static List<Hearing> Hear(Recogniser recogniser, IReadOnlyList<SpeechSystem> systems, IReadOnlyList<Receiver> receivers, IReadOnlyList<Utterance> utterances, IReadOnlyList<Grammar> grammars, double silence = 0)
    {
        float[] pause = new float[(int)(silence * Speech.Rate)];
        List<Hearing> hearings = [];
        foreach (SpeechSystem system in systems)
        {
            CodedClip[] coded = [.. utterances.Select(u => system.Run(u.Speech))];
            bool narrow = coded[0].Rate == Codec2.Rate;
            foreach (Receiver receiver in narrow ? receivers : [receivers[0]])
            {
                float[][] audio = [.. coded.Select(c => (float[])[.. pause, .. receiver.At16Khz(c), .. pause])];
                string[][][] heard = recogniser.Hear(audio, grammars);
                hearings.AddRange(grammars.Select((g, i) => new Hearing(system, narrow ? receiver : null, g, utterances, heard[i])));
            }

            Console.Error.WriteLine(system.Label);
        }

        return hearings;
    }
}
