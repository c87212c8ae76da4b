using System.Globalization;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>What the stages of a distillation share: teacher, corpus, the teacher's codes of it, threads.</summary>
internal sealed class DistillMaterial : IDisposable
{
    private readonly DistillOptions _options;
    private readonly IProgress<(string Stage, double Done)>? _progress;
    private CodeCache[]? _levels;

    public DistillMaterial(DistillOptions options, IProgress<(string Stage, double Done)>? progress)
    {
        (_options, _progress) = (options, progress);
        Teacher = TeacherChoice.Open(options.Teacher, options.Device, options.Note);
        try
        {
            Corpus = SpeechCorpus.Open(options.Corpus);
        }
        catch
        {
            Teacher.Dispose();
            throw;
        }

        Workers = new Workers(options.Threads);
    }

    public ITeacher Teacher { get; }

    public SpeechCorpus Corpus { get; }

    public Workers Workers { get; }

    /// <summary>The teacher's codes of what is learnt from, at every level; computed when first asked for.</summary>
    public CodeCache[] Levels(CancellationToken cancel) => _levels ??= [.. Enumerable.Range(0, _options.Levels).Select(v =>
        Codes(r => !r.HeldOut && IsWanted(r), v, $"Encoding the corpus, level {v + 1} of {_options.Levels}", cancel))];

    /// <summary>The teacher's codes of the recordings that are held out.</summary>
    public CodeCache HeldOut(CancellationToken cancel) => Codes(r => r.HeldOut && IsWanted(r), 0, "Encoding what is held out", cancel);

    /// <summary>What a checkpoint of a stage must have in common with the run that goes on with it.</summary>
    /// <param name="stage">What the stage is to do.</param>
    /// <param name="kind">Added to tell kinds of stages apart; empty for none.</param>
    public string Identity(DistillOptions stage, string kind) => string.Join(
        ' ', Corpus.Hash[..16], Teacher.Hash[..16], stage.Student, stage.Start ?? "fresh", Text(stage.Threads), Text(stage.Seed), Text(stage.Sequences), Text(stage.Frames),
        stage.LearningRate.ToString("r", CultureInfo.InvariantCulture), Text(stage.Levels), stage.IncludeGpl, string.Join(',', stage.Voices)) + kind;

    /// <summary>Whether a fresh student has to learn to write the teacher's codes.</summary>
    public bool LearnsToWrite => Student.Create(_options.Student, _options.Seed, Teacher.Facts).Config is { Encoder: not null } config && !SharesEncoder(config);

    /// <summary>A fresh student of the teacher's tokens, or the one that a stage is to begin with.</summary>
    /// <param name="stage">What the stage is to do.</param>
    /// <exception cref="ModelFormatException">It does not fit the teacher's tokens.</exception>
    public Student Begin(DistillOptions stage)
    {
        CodecFacts from = Teacher.Facts;
        if (stage.Start is { } start)
        {
            var known = Student.Load(start);
            return known.Config.Space == from.Space
                ? known
                : throw new ModelFormatException($"{start}: token_space: is {known.Config.Space}, but the tokens of the teacher '{from.Name}' are {from.Space}.");
        }

        Student student = Student.Create(_options.Student, _options.Seed, from);
        EdgeModelConfig config = student.Config;
        if (config.CodebookSize != from.CodebookSize || config.NumQuantizers > from.Layers)
        {
            throw new ModelFormatException($"{_options.Student}: num_quantizers: {config.NumQuantizers} layers of {config.CodebookSize} codes do not fit the teacher's {from.Layers} of {from.CodebookSize}.");
        }

        if (config.Embeddings is { } embeddings)
        {
            float[] table = student.Weights.Read("decoder.embeddings", config.NumQuantizers, config.CodebookSize, embeddings.Dim);
            EmbeddingStart.FromCodebooks(Teacher.Codebooks, table, config.NumQuantizers, config.CodebookSize);
        }
        else if (SharesEncoder(config))
        {
            using SafetensorsFile file = SafetensorsFile.Open(((EdgeTeacher)Teacher).Model.Config.WeightsPath);
            student.Weights.CopyFrom(file, "quantizer.", "frontend.", "encoder.");
        }
        else
        {
            QuantizerConfig quantizer = config.Quantizer!;
            float[] books = student.Weights.Read("quantizer.codebooks", quantizer.NumQuantizers, quantizer.CodebookSize, quantizer.Dim);
            CodebookStart.Fill(Teacher.Codebooks, books, quantizer.NumQuantizers, quantizer.CodebookSize);
        }

        return student;
    }

    public void Dispose()
    {
        Workers.Dispose();
        Corpus.Dispose();
        Teacher.Dispose();
    }

    private CodeCache Codes(Func<Recording, bool> use, int level, string stage, CancellationToken cancel) =>
        CodeCache.Open(Corpus, Teacher, CodeCache.Split(Corpus, use), level, _options.Cache, Workers, _progress is null ? null : new Progress(_progress, stage), cancel);

    // The very shape of the teacher's encoder can be taken over instead of learnt.
    private bool SharesEncoder(EdgeModelConfig config) =>
        Teacher is EdgeTeacher { Model.Config: var own } && config.Encoder == own.Encoder && config.FrontEnd == own.FrontEnd && config.Quantizer == own.Quantizer;

    private bool IsWanted(Recording r) =>
        (_options.IncludeGpl || !r.Gpl) && (_options.Voices.Count == 0 || _options.Voices.Any(v => r.Voice.StartsWith(v, StringComparison.Ordinal)));

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private sealed class Progress(IProgress<(string Stage, double Done)> inner, string stage) : IProgress<double>
    {
        public void Report(double value) => inner.Report((stage, value));
    }
}
