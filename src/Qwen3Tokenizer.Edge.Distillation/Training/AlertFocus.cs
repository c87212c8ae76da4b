namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// An alert set whose voice and vocabulary a student is specialised to: a part of what it learns from are the alerts' own recordings, a part is more speech of their voice, and the rest stays the
/// general corpus, so that it does not forget what speech is like.
/// </summary>
/// <param name="Alerts">Path of the alert file.</param>
public sealed record AlertFocus(string Alerts)
{
    /// <summary>Folder of a prepared corpus of the alerts' voice; null to let the synthesised voices that the alert file names say more (<see cref="Corpora.AlertSentences"/>).</summary>
    public string? VoiceCorpus { get; init; }

    /// <summary>Minutes of speech that are synthesised where <see cref="VoiceCorpus"/> is null.</summary>
    public double VoiceMinutes { get; init; } = 75;

    /// <summary>Files of phrases, one a line, that must not occur in what is synthesised.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>Part of the sequences that comes from the alerts' own recordings, 0 to 1.</summary>
    public double AlertShare { get; init; } = 0.15;

    /// <summary>Part of the sequences that comes from more speech of the voice, 0 to 1; with <see cref="AlertShare"/> at most 1. The general corpus has it where there is no such speech.</summary>
    public double VoiceShare { get; init; } = 0.5;
}
