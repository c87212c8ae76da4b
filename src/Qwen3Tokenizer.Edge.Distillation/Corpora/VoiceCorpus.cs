using System.Text;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>What one synthesised voice is to say.</summary>
/// <param name="Voice">The voice.</param>
/// <param name="Sentences">What it says.</param>
/// <param name="Minutes">How long, more than 0.</param>
public sealed record VoiceReading(SynthesisVoice Voice, ISentences Sentences, double Minutes);

/// <summary>Prepares a corpus of a few synthesised voices that read much, such as those of an alert set.</summary>
public static class VoiceCorpus
{
    /// <summary>File in the corpus's folder that tells what each recording says: path, tab, text.</summary>
    public const string TextName = "sentences.tsv";

    /// <summary>Lets the voices speak and prepares what they say. What is interrupted goes on where it stopped.</summary>
    /// <param name="folder">Folder of the corpus.</param>
    /// <param name="readings">Voices and texts.</param>
    /// <param name="progress">Told the stage and the part of it that is done, or null.</param>
    /// <returns>What became of the recordings.</returns>
    /// <exception cref="CorpusException">The folder holds a corpus, a synthesiser or a voice is missing, or there is nothing to say.</exception>
    public static CorpusBuildResult Prepare(string folder, IReadOnlyList<VoiceReading> readings, IProgress<(string Stage, double Done)>? progress = null)
    {
        CorpusBuilder.RequireNone(folder);
        var spoken = new List<(SpeechFile File, string Text)>();
        foreach (VoiceReading reading in readings)
        {
            if (!(reading.Minutes is > 0 and <= 1000))
                throw new CorpusException(FormattableString.Invariant($"{folder}: {reading.Minutes} minutes of {reading.Voice.Voice} cannot be synthesised; more than 0 and at most 1000 can."));
            spoken.AddRange(SpeechSynthesis.Speak(reading.Voice, reading.Sentences, reading.Minutes, Path.Combine(CorpusBuilder.UnfinishedFolder(folder), "synthesised"), progress));
        }

        if (spoken.Count == 0)
            throw new CorpusException($"{folder}: there is no sentence to be spoken that is not excluded.");
        File.WriteAllLines(Path.Combine(folder, TextName), spoken.Select(s => $"{s.File.Path}\t{s.Text}"), new UTF8Encoding(false));
        return CorpusBuilder.Build(folder, [.. spoken.Select(s => s.File)], SpeechSynthesis.Sources([.. readings.Select(r => r.Voice)]), progress);
    }
}
