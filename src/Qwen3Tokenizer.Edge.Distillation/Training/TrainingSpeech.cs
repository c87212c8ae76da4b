using System.Globalization;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Models.Configuration;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>Everything that a student learns from: the general corpus and, where it is specialised to an alert set, that set's corpora, all in the teacher's codes.</summary>
internal sealed class TrainingSpeech : IDisposable
{
    private readonly DistillOptions _options;
    private readonly ITeacher _teacher;
    private readonly Workers _workers;
    private readonly IProgress<(string Stage, double Done)>? _progress;
    private readonly List<Part> _parts = [];

    /// <summary>Opens the corpora, and makes those of an alert set where they are missing.</summary>
    /// <param name="options">The run.</param>
    /// <param name="teacher">The teacher.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="progress">Told the stage and the share done.</param>
    /// <exception cref="CorpusException">A corpus is wrong, too short, or cannot be made.</exception>
    public TrainingSpeech(DistillOptions options, ITeacher teacher, Workers workers, IProgress<(string Stage, double Done)>? progress)
    {
        (_options, _teacher, _workers, _progress) = (options, teacher, workers, progress);
        try
        {
            General = Add(SpeechCorpus.Open(options.Corpus), "the corpus", 1);
            Identity = General.Hash[..16];
            if (options.Focus is { } focus)
            {
                Focus(focus);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The general corpus.</summary>
    public SpeechCorpus General { get; }

    /// <summary>The corpora, the general one first.</summary>
    public IReadOnlyList<SpeechCorpus> Corpora => [.. _parts.Select(p => p.Corpus)];

    /// <summary>What it is: hashes of the corpora and, where there are several, their shares.</summary>
    public string Identity { get; private set; }

    /// <summary>What a decoder learns from: sequences of all corpora by their shares. Has the corpora encoded that are not yet.</summary>
    /// <param name="student">The student.</param>
    /// <param name="layerShares">How often a sequence has 1, 2, ... layers; null when it always has all.</param>
    /// <param name="cancel">Stops between blocks.</param>
    /// <exception cref="OperationCanceledException">It was stopped; what the teacher has encoded stays.</exception>
    public SequenceSource Spoken(EdgeModelConfig student, double[]? layerShares, CancellationToken cancel)
    {
        (SequenceSource, double)[] sources = [.. _parts.Select(p => (
            (SequenceSource)new CodedSpeech(p.Corpus, Levels(p, cancel), _teacher.Facts.Layers, student.SampleRate, _options.Frames, layerShares).Draw, p.Share))];
        return sources.Length == 1 ? sources[0].Item1 : new MixedSpeech(sources).Draw;
    }

    /// <summary>What an encoder learns from: the general corpus. Has it encoded where it is not yet.</summary>
    /// <param name="cancel">Stops between blocks.</param>
    /// <exception cref="OperationCanceledException">It was stopped; what the teacher has encoded stays.</exception>
    public CodedSpeech Heard(CancellationToken cancel) =>
        new(General, Levels(_parts[0], cancel), _teacher.Facts.Layers, CorpusGrid.SampleRate, _options.Frames);

    /// <summary>The teacher's codes of the general corpus's recordings that are held out.</summary>
    /// <param name="cancel">Stops between blocks.</param>
    /// <exception cref="OperationCanceledException">It was stopped; what the teacher has encoded stays.</exception>
    public CodeCache HeldOut(CancellationToken cancel) =>
        Codes(General, CodeCache.Split(General, r => r.HeldOut && IsWanted(r, _options.Voices)), 0, "Encoding what is held out", cancel);

    /// <summary>Whether the run learns from a recording of the general corpus.</summary>
    public bool Uses(Recording recording) => !recording.HeldOut && IsWanted(recording, _options.Voices);

    /// <summary>What the run learns from besides the general corpus, by name.</summary>
    public IReadOnlyList<(string Name, SpeechCorpus Corpus, Func<Recording, bool> Uses)> Further =>
        [.. _parts.Where(p => p.Corpus != General).Select(p => (p.Name, p.Corpus, (Func<Recording, bool>)(r => !r.HeldOut && IsWanted(r, []))))];

    public void Dispose()
    {
        foreach (Part part in _parts)
        {
            part.Corpus.Dispose();
        }
    }

    private void Focus(AlertFocus focus)
    {
        if (!(focus.AlertShare is >= 0 and <= 1 && focus.VoiceShare is >= 0 and <= 1 && focus.AlertShare + focus.VoiceShare <= 1))
        {
            throw new CorpusException(FormattableString.Invariant($"{focus.Alerts}: shares of {focus.AlertShare} and {focus.VoiceShare} are not within 0 to 1 together."));
        }

        (SpeechCorpus recordings, SpeechCorpus? voice) = AlertCorpora.Open(focus, _options.Seed, _options.Cache, _progress);
        double voiceShare = voice is null ? 0 : focus.VoiceShare;
        _parts[0] = _parts[0] with { Share = 1 - focus.AlertShare - voiceShare };
        Add(recordings, "the alerts", focus.AlertShare);
        if (voice is not null)
        {
            Add(voice, "the alerts' voice", voiceShare);
        }

        Identity += string.Create(CultureInfo.InvariantCulture, $" alerts {recordings.Hash[..16]} {focus.AlertShare:r} voice {voice?.Hash[..16] ?? "none"} {voiceShare:r}");
    }

    private SpeechCorpus Add(SpeechCorpus corpus, string name, double share)
    {
        _parts.Add(new Part(corpus, name, share));
        return corpus;
    }

    private CodeCache[] Levels(Part part, CancellationToken cancel)
    {
        SpeechBlock[] blocks = CodeCache.Split(part.Corpus, r => !r.HeldOut && IsWanted(r, part.Corpus == General ? _options.Voices : []));
        if (blocks.Length == 0)
        {
            throw new CorpusException($"{part.Corpus.Folder}: has no recording that may be learnt from{(_options.IncludeGpl ? "" : " outside the GPL")}.");
        }

        return [.. Enumerable.Range(0, _options.Levels).Select(v => Codes(part.Corpus, blocks, v, $"Encoding {part.Name}, level {v + 1} of {_options.Levels}", cancel))];
    }

    private bool IsWanted(Recording r, IReadOnlyList<string> voices) =>
        (_options.IncludeGpl || !r.Gpl) && (voices.Count == 0 || voices.Any(v => r.Voice.StartsWith(v, StringComparison.Ordinal)));

    private CodeCache Codes(SpeechCorpus corpus, SpeechBlock[] blocks, int level, string stage, CancellationToken cancel)
    {
        try
        {
            return CodeCache.Open(corpus, _teacher, blocks, level, _options.Cache, _workers, _progress is null ? null : new Stage(_progress, stage), cancel);
        }
        catch (AggregateException e) when (e.InnerExceptions.All(inner => inner is OperationCanceledException))
        {
            // Every thread stopped after a block: one interruption, not several errors.
            throw new OperationCanceledException(e.InnerExceptions[0].Message, e, cancel);
        }
    }

    private sealed record Part(SpeechCorpus Corpus, string Name, double Share);

    private sealed class Stage(IProgress<(string Stage, double Done)> inner, string stage) : IProgress<double>
    {
        public void Report(double value) => inner.Report((stage, value));
    }
}
