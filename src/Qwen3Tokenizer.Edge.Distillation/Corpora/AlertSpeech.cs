using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Alerts;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>
/// The speech of an alert file as corpora to train on: its own recordings, and more of what its synthesised voices say. Recordings are read as a build reads them; what an alert only has as tokens has no
/// sound to learn from.
/// </summary>
public static class AlertSpeech
{
    // Each alert is heard at these places within the frames of 80 ms, in milliseconds: the first is the one that a build encodes.
    private static readonly int[] LeadsMs = [0, 20, 40, 60];

    // Silence behind an alert, so that the next one, which begins with a frame of its own, does not know of it.
    private const int SilentFrames = 6;

    /// <summary>Makes a corpus of the alerts' own recordings, each in a whole number of frames.</summary>
    /// <param name="alerts">The alert file.</param>
    /// <param name="folder">Folder of the corpus.</param>
    /// <param name="progress">Told the stage and the part of it that is done, or null.</param>
    /// <exception cref="CorpusException">No alert has a sound, or one cannot be read or spoken; the message names it.</exception>
    public static CorpusBuildResult PrepareRecordings(AlertFile alerts, string folder, IProgress<(string Stage, double Done)>? progress = null)
    {
        AlertRow[] rows = [.. alerts.Rows.Where(r => r.Speech && r.Source is not AlertSource.Tokens)];
        if (rows.Length == 0)
            throw new CorpusException($"{alerts.Path}: no alert has a recording or a voice, so that there is no speech to learn from.");
        CorpusBuilder.RequireNone(folder);
        string work = Directory.CreateDirectory(Path.Combine(CorpusBuilder.UnfinishedFolder(folder), "alerts")).FullName;
        var files = new List<SpeechFile>();
        foreach (AlertRow row in rows)
        {
            float[] samples = Samples(alerts, row);
            foreach (int lead in LeadsMs)
            {
                string name = FormattableString.Invariant($"{row.Id:00000}-{row.Name}-{lead:00}.wav"), file = Path.Combine(work, name);
                Write(file, samples, lead * CorpusGrid.SampleRate / 1000);
                bool synthetic = row.Source is AlertSource.Spoken;
                files.Add(new SpeechFile(file, PackageOf(row), name, VoiceOf(row), row.Language, row.Licence, FolderSpeech.IsGpl(row.Licence), HeldOut: false, synthetic));
            }

            progress?.Report(("Reading alerts", (double)files.Count / (rows.Length * LeadsMs.Length)));
        }

        CorpusSource[] sources = [.. rows.Select(PackageOf).Distinct().Select(p => new CorpusSource(p, p == "alerts" ? "" : SpeechSynthesis.VersionOf(p) ?? "", ""))];
        return CorpusBuilder.Build(folder, files, sources, progress);
    }

    /// <summary>What the synthesised voices of an alert file are to say besides the alerts: their words and more, as <see cref="AlertSentences"/> does, each voice as much as it has alerts.</summary>
    /// <param name="alerts">The alert file.</param>
    /// <param name="excluded">What must not occur.</param>
    /// <param name="seed">Seed of the text.</param>
    /// <param name="minutes">Minutes of all voices.</param>
    /// <param name="only">The one voice that is wanted; null for those that the file names.</param>
    /// <returns>Empty where the file names no voice.</returns>
    /// <exception cref="CorpusException">The file has no alert in the language of the one voice, or its alerts say nothing that is not excluded.</exception>
    public static IReadOnlyList<VoiceReading> Readings(AlertFile alerts, ExcludedPhrases excluded, ulong seed, double minutes, SynthesisVoice? only = null)
    {
        (AlertRow Row, AlertSource.Spoken Spoken)[] spoken = [.. alerts.Rows.Where(r => r.Speech).Select(r => (r, (r.Source as AlertSource.Spoken)!)).Where(r => r.Item2 is not null)];
        if (only is not null)
        {
            string[] texts = [.. Texts(alerts, only)];
            return texts.Length > 0
                ? [new VoiceReading(only, Sentences(alerts, texts, only, excluded, seed), minutes)]
                : throw new CorpusException($"{alerts.Path}: has no alert in the language \"{only.Language}\" of the voice {only.Engine}:{only.Name}.");
        }

        return
        [
            .. spoken.GroupBy(r => SynthesisVoice.OfEspeak(r.Spoken.Voice) with { WordsPerMinute = r.Spoken.WordsPerMinute, Pitch = r.Spoken.Pitch }).GroupBy(g => g.Key.Voice)
                .Select(g => (Voice: g.MaxBy(v => v.Count())!.Key, Rows: g.SelectMany(v => v).ToArray()))
                .Select(g => new VoiceReading(g.Voice, Sentences(alerts, g.Rows.Select(r => r.Spoken.Said), g.Voice, excluded, seed), minutes * g.Rows.Length / spoken.Length)),
        ];
    }

    private static AlertSentences Sentences(AlertFile alerts, IEnumerable<string> texts, SynthesisVoice voice, ExcludedPhrases excluded, ulong seed)
    {
        try
        {
            return new AlertSentences(texts, voice.Language, excluded, seed);
        }
        catch (CorpusException e)
        {
            throw new CorpusException($"{alerts.Path}: {e.Message}", e);
        }
    }

    // A spelling for one voice is not for another: what a voice says as text is what the alerts of its language say.
    private static IEnumerable<string> Texts(AlertFile alerts, SynthesisVoice voice) => alerts.Rows.Where(r => r.Speech).Select(r => r.Source switch
    {
        AlertSource.Spoken s when SynthesisVoice.OfEspeak(s.Voice).Language == voice.Language => s.Said,
        AlertSource.Spoken => null,
        _ => r.Language == voice.Language ? r.Text : null,
    }).OfType<string>();

    private static string PackageOf(AlertRow row) => row.Source is AlertSource.Spoken ? "espeak-ng" : "alerts";

    private static string VoiceOf(AlertRow row) => $"alerts-{(row.Source is AlertSource.Spoken spoken ? spoken.Voice : row.Language)}{(FolderSpeech.IsGpl(row.Licence) ? "-gpl" : "")}";

    private static float[] Samples(AlertFile alerts, AlertRow row)
    {
        string where = $"{alerts.Path}: alert {row.Id} ({row.Name})";
        try
        {
            float[] samples = row.Source is AlertSource.Spoken spoken
                ? SpokenText.Render(spoken, CorpusGrid.SampleRate)
                : AudioFile.Read(((AlertSource.Recording)row.Source).Path).Resample(CorpusGrid.SampleRate).ToMono();
            return samples.Length > 0 ? samples : throw new CorpusException($"{where}: recording: has no samples.");
        }
        catch (Exception e) when (e is BuildException or AudioFormatException)
        {
            throw new CorpusException($"{where}: {e.Message}", e);
        }
    }

    private static void Write(string file, float[] samples, int lead)
    {
        int frames = ((lead + samples.Length + CorpusGrid.TokenSamples - 1) / CorpusGrid.TokenSamples) + SilentFrames;
        var padded = new float[frames * CorpusGrid.TokenSamples];
        samples.CopyTo(padded, lead);
        using FileStream stream = File.Create(file);
        WavWriter.WritePcm16(stream, padded, CorpusGrid.SampleRate);
    }
}
