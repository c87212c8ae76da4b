using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>The two corpora behind an <see cref="AlertFocus"/>: made once for the same alerts, found again by what they were made from.</summary>
internal static class AlertCorpora
{
    /// <summary>Opens them, and makes those that are missing.</summary>
    /// <param name="focus">The alert set.</param>
    /// <param name="seed">Seed of the synthesised sentences.</param>
    /// <param name="cacheFolder">Where they are kept.</param>
    /// <param name="progress">Told the stage and the share done.</param>
    /// <returns>The alerts' own recordings, and more of their voice; null for that where there is none.</returns>
    public static (SpeechCorpus Recordings, SpeechCorpus? Voice) Open(AlertFocus focus, ulong seed, string cacheFolder, IProgress<(string Stage, double Done)>? progress)
    {
        AlertFile alerts = AlertFile.Load(focus.Alerts);
        var excluded = ExcludedPhrases.Read(focus.Excluded);
        string folder = Path.Combine(cacheFolder, "alerts", KeyOf(alerts, focus, seed));
        SpeechCorpus recordings = Get(Path.Combine(folder, "recordings"), f => AlertSpeech.PrepareRecordings(alerts, f, progress));
        try
        {
            if (focus.VoiceCorpus is { } own)
                return (recordings, SpeechCorpus.Open(own));
            IReadOnlyList<VoiceReading> readings = AlertSpeech.Readings(alerts, excluded, seed, focus.VoiceMinutes);
            return (recordings, readings.Count == 0 ? null : Get(Path.Combine(folder, "voice"), f => VoiceCorpus.Prepare(f, readings, progress)));
        }
        catch
        {
            recordings.Dispose();
            throw;
        }
    }

    private static SpeechCorpus Get(string folder, Action<string> prepare)
    {
        if (!SpeechCorpus.IsAt(folder))
            prepare(folder);
        return SpeechCorpus.Open(folder);
    }

    private static string KeyOf(AlertFile alerts, AlertFocus focus, ulong seed)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"1\n{SpeechSynthesis.VersionOf("espeak-ng")}\n{seed}\n{focus.VoiceMinutes}\n"));
        foreach (AlertRow row in alerts.Rows)
        {
            string source = row.Source switch
            {
                AlertSource.Recording recording => HashOf(recording.Path),
                AlertSource.Spoken spoken => spoken.ToString(),
                _ => "tokens",
            };
            text.Append(string.Create(CultureInfo.InvariantCulture, $"{row.Id}\t{row.Name}\t{row.Language}\t{row.Speech}\t{row.Text}\t{row.Licence}\t{source}\n"));
        }

        foreach (string file in focus.Excluded)
            text.Append(HashOf(file)).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
    }

    private static string HashOf(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
