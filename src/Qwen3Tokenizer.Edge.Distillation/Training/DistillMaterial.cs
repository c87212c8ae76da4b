using System.Globalization;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>What the stages of a distillation share: teacher, speech, threads, and how a student begins.</summary>
internal sealed class DistillMaterial : IDisposable
{
    private readonly DistillOptions _options;

    public DistillMaterial(DistillOptions options, IProgress<(string Stage, double Done)>? progress)
    {
        _options = options;
        Teacher = TeacherChoice.Open(options.Teacher, options.Device, options.Note);
        Workers = new Workers(options.Threads);
        try
        {
            Config = (options.Start is { } start ? Student.Load(start) : Student.Create(options.Student, options.Seed, Teacher.Facts)).Config;
            Require(Teacher.Facts);
            Speech = new TrainingSpeech(options, Teacher, Workers, progress);
        }
        catch
        {
            Workers.Dispose();
            Teacher.Dispose();
            throw;
        }
    }

    public ITeacher Teacher { get; }

    public TrainingSpeech Speech { get; }

    public Workers Workers { get; }

    /// <summary>The shape of the student.</summary>
    public EdgeModelConfig Config { get; }

    /// <summary>Whether a fresh student has to learn to write the teacher's codes.</summary>
    public bool LearnsToWrite => _options.Start is null && Config.CanEncode && !SharesEncoder();

    /// <summary>What a checkpoint of a stage must have in common with the run that goes on with it.</summary>
    /// <param name="stage">What the stage is to do.</param>
    /// <param name="kind">Added to tell kinds of stages apart; empty for none.</param>
    public string Identity(DistillOptions stage, string kind) => string.Join(
        ' ', Speech.Identity, Teacher.Hash[..16], stage.Student, stage.Start ?? "fresh", Text(stage.Threads), Text(stage.Seed), Text(stage.Sequences), Text(stage.Frames),
        stage.LearningRate.ToString("r", CultureInfo.InvariantCulture), Text(stage.Levels), stage.IncludeGpl, string.Join(',', stage.Voices), TrainingSettings.LossRevision) + kind;

    /// <summary>A fresh student of the teacher's tokens, or the one that a stage is to begin with.</summary>
    /// <param name="stage">What the stage is to do.</param>
    public Student Begin(DistillOptions stage)
    {
        if (stage.Start is { } start)
        {
            return Student.Load(start);
        }

        Student student = Student.Create(stage.Student, stage.Seed, Teacher.Facts);
        if (Config.Embeddings is { } embeddings)
        {
            float[] table = student.Weights.Read("decoder.embeddings", Config.NumQuantizers, Config.CodebookSize, embeddings.Dim);
            EmbeddingStart.FromCodebooks(Teacher.Codebooks, table, Config.NumQuantizers, Config.CodebookSize);
        }
        else if (SharesEncoder())
        {
            using SafetensorsFile file = SafetensorsFile.Open(((EdgeTeacher)Teacher).Model.Config.WeightsPath);
            student.Weights.CopyFrom(file, "quantizer.", "frontend.", "encoder.");
        }
        else
        {
            QuantizerConfig quantizer = Config.Quantizer!;
            float[] books = student.Weights.Read("quantizer.codebooks", quantizer.NumQuantizers, quantizer.CodebookSize, quantizer.Dim);
            CodebookStart.Fill(Teacher.Codebooks, books, quantizer.NumQuantizers, quantizer.CodebookSize);
        }

        return student;
    }

    public void Dispose()
    {
        Speech.Dispose();
        Workers.Dispose();
        Teacher.Dispose();
    }

    private void Require(CodecFacts teacher)
    {
        if (_options.Start is { } start && Config.Space != teacher.Space)
        {
            throw new ModelFormatException($"{start}: token_space: is {Config.Space}, but the tokens of the teacher '{teacher.Name}' are {teacher.Space}.");
        }

        if (Config.CodebookSize != teacher.CodebookSize || Config.NumQuantizers > teacher.Layers)
        {
            throw new ModelFormatException($"{_options.Student}: num_quantizers: {Config.NumQuantizers} layers of {Config.CodebookSize} codes do not fit the teacher's {teacher.Layers} of {teacher.CodebookSize}.");
        }
    }

    // The very shape of the teacher's encoder can be taken over instead of learnt.
    private bool SharesEncoder() =>
        Teacher is EdgeTeacher { Model.Config: var own } && Config.Encoder == own.Encoder && Config.FrontEnd == own.FrontEnd && Config.Quantizer == own.Quantizer;

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
