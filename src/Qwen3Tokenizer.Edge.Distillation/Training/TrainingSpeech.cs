using System.Globalization;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Models.Configuration;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>Everything that a student learns from: the general corpus and, where it is specialised to an alert set, that set's corpora, all in the teacher's codes.</summary>
internal sealed class TrainingSpeech : IDisposable
{
    private readonly List<SpeechCorpus> _corpora = [];

    private TrainingSpeech()
    {
    }

    /// <summary>The source of sequences.</summary>
    public SequenceSource Draw { get; private set; } = null!;

    /// <summary>What it is: hashes of the corpora and, where there are several, their shares.</summary>
    public string Identity { get; private set; } = "";

    /// <summary>The corpora, the general one first.</summary>
    public IReadOnlyList<SpeechCorpus> Corpora => _corpora;

    /// <summary>Whether a run learns from a recording of the general corpus.</summary>
    public static bool Uses(DistillOptions options, Recording recording) => Uses(options, recording, options.Voices);

    /// <summary>Opens the corpora, has them encoded and mixes them.</summary>
    /// <param name="options">The run.</param>
    /// <param name="teacher">The teacher.</param>
    /// <param name="student">The student.</param>
    /// <param name="layerShares">How often a sequence has 1, 2, ... layers; null when it always has all.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="progress">Told the stage and the share done.</param>
    /// <param name="cancel">Stops between blocks.</param>
    /// <exception cref="CorpusException">A corpus is wrong, too short, or cannot be made.</exception>
    public static TrainingSpeech Open(
        DistillOptions options, EdgeTeacher teacher, EdgeModelConfig student, double[]? layerShares, Workers workers, IProgress<(string Stage, double Done)>? progress, CancellationToken cancel)
    {
        var speech = new TrainingSpeech();
        try
        {
            speech.Fill(options, (corpus, name, voices) => Coded(options, corpus, name, voices, teacher, student, layerShares, workers, progress, cancel), progress);
            return speech;
        }
        catch
        {
            speech.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (SpeechCorpus corpus in _corpora)
            corpus.Dispose();
    }

    private void Fill(DistillOptions options, Func<SpeechCorpus, string, IReadOnlyList<string>, CodedSpeech> code, IProgress<(string Stage, double Done)>? progress)
    {
        SpeechCorpus general = SpeechCorpus.Open(options.Corpus);
        _corpora.Add(general);
        CodedSpeech all = code(general, "the corpus", options.Voices);
        (Draw, Identity) = (all.Draw, general.Hash[..16]);
        if (options.Focus is not { } focus)
            return;
        if (!(focus.AlertShare is >= 0 and <= 1 && focus.VoiceShare is >= 0 and <= 1 && focus.AlertShare + focus.VoiceShare <= 1))
            throw new CorpusException(FormattableString.Invariant($"{focus.Alerts}: shares of {focus.AlertShare} and {focus.VoiceShare} are not within 0 to 1 together."));
        (SpeechCorpus recordings, SpeechCorpus? voice) = AlertCorpora.Open(focus, options.Seed, options.Cache, progress);
        _corpora.Add(recordings);
        if (voice is not null)
            _corpora.Add(voice);
        double voiceShare = voice is null ? 0 : focus.VoiceShare;
        var parts = new List<(SequenceSource, double)> { (all.Draw, 1 - focus.AlertShare - voiceShare), (code(recordings, "the alerts", []).Draw, focus.AlertShare) };
        if (voice is not null)
            parts.Add((code(voice, "the alerts' voice", []).Draw, voiceShare));
        Draw = new MixedSpeech(parts).Draw;
        Identity += string.Create(CultureInfo.InvariantCulture, $" alerts {recordings.Hash[..16]} {focus.AlertShare:r} voice {voice?.Hash[..16] ?? "none"} {voiceShare:r}");
    }

    private static CodedSpeech Coded(
        DistillOptions options, SpeechCorpus corpus, string name, IReadOnlyList<string> voices, EdgeTeacher teacher, EdgeModelConfig student, double[]? layerShares, Workers workers,
        IProgress<(string Stage, double Done)>? progress, CancellationToken cancel)
    {
        SpeechBlock[] blocks = CodeCache.Split(corpus, r => Uses(options, r, voices));
        if (blocks.Length == 0)
            throw new CorpusException($"{corpus.Folder}: has no recording that may be learnt from{(options.IncludeGpl ? "" : " outside the GPL")}.");
        try
        {
            CodeCache[] levels = [.. Enumerable.Range(0, options.Levels).Select(v => CodeCache.Open(
                corpus, teacher, blocks, v, options.Cache, workers, progress is null ? null : new Stage(progress, $"Encoding {name}, level {v + 1} of {options.Levels}"), cancel))];
            return new CodedSpeech(corpus, levels, teacher.Facts.Layers, student.SampleRate, options.Frames, layerShares);
        }
        catch (AggregateException e) when (e.InnerExceptions.All(inner => inner is OperationCanceledException))
        {
            // Every thread stopped after a block: one interruption, not several errors.
            throw new OperationCanceledException(e.InnerExceptions[0].Message, e, cancel);
        }
    }

    private static bool Uses(DistillOptions options, Recording recording, IReadOnlyList<string> voices) =>
        !recording.HeldOut && (options.IncludeGpl || !recording.Gpl) && (voices.Count == 0 || voices.Any(v => recording.Voice.StartsWith(v, StringComparison.Ordinal)));

    private sealed class Stage(IProgress<(string Stage, double Done)> inner, string stage) : IProgress<double>
    {
        public void Report(double value) => inner.Report((stage, value));
    }
}
