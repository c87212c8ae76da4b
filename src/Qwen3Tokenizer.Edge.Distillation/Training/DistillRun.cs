using System.Globalization;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Quantization;
using Qwen3Tokenizer.Edge.Distillation.Reports;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// Makes a student decoder out of a teacher: codes of the corpus once, then training, with a checkpoint every few minutes from which the same command goes on exactly.
/// </summary>
public static class DistillRun
{
    // The last stage moves weights between neighbouring integers: a fifth of the time at a tenth of the rate.
    private const double QuantizedShare = 0.2;
    private const double QuantizedRate = 0.1;

    /// <summary>Runs, or goes on with a run that was interrupted.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="progress">Told the stage and the share done of what comes before training.</param>
    /// <param name="watch">Told the state of training every 50 steps.</param>
    /// <param name="cancel">Stops after a step, with a checkpoint.</param>
    /// <returns>Steps done and seconds of training.</returns>
    /// <exception cref="ModelFormatException">A model is wrong.</exception>
    /// <exception cref="CorpusException">The corpus is wrong.</exception>
    /// <exception cref="OperationCanceledException">It was stopped before the first step; what the teacher has encoded stays.</exception>
    public static (long Steps, double Seconds) Train(DistillOptions options, IProgress<(string Stage, double Done)>? progress = null, Action<RunStatus>? watch = null, CancellationToken cancel = default)
    {
        if (options is { Quantize: true, Start: null })
        {
            return TrainBoth(options, progress, watch, cancel);
        }

        return TrainPart(options, options, new RunState(), progress, watch, cancel);
    }

    // A part of what was asked for, and what was done before it; the one that writes the output is the last.
    private static (long Steps, double Seconds) TrainPart(
        DistillOptions options, DistillOptions asked, RunState before, IProgress<(string Stage, double Done)>? progress, Action<RunStatus>? watch, CancellationToken cancel)
    {
        var teacher = new EdgeTeacher(options.Teacher);
        Student student = Begin(options, teacher);
        using var workers = new Workers(options.Threads);
        using var speech = TrainingSpeech.Open(options, teacher, student.Config, LayerShares(student.Config), workers, progress, cancel);

        string folder = Path.ChangeExtension(options.Output, ".run"), checkpoint = Path.Combine(folder, "checkpoint.safetensors");
        Directory.CreateDirectory(folder);
        string identity = string.Join(' ', speech.Identity, teacher.Hash[..16], options.Student, options.Start ?? "fresh", Text(options.Threads), Text(options.Seed), Text(options.Sequences), Text(options.Frames), options.LearningRate.ToString("r", CultureInfo.InvariantCulture), Text(options.Levels), options.IncludeGpl, string.Join(',', options.Voices)) + (options.Quantize ? " int8" : "");

        // Equalized and calibrated is what the stage begins with, also where it goes on from a checkpoint.
        if (options.Quantize)
        {
            Equalization.Apply(student);
        }

        IntegerNetwork? integers = options.Quantize ? new IntegerNetwork(student, IntegerNetwork.Calibrate(student, CalibrationTokens(teacher))) : null;
        var state = new RunState(Steps: options.Steps == 0 ? int.MaxValue : options.Steps);
        var trainer = new DecoderTrainer(student, speech.Draw, SettingsOf(options, state.Steps), workers, integers: integers);
        if (File.Exists(checkpoint))
        {
            RunState known = RunState.Parse(Checkpoint.Load(checkpoint, identity, student.Weights, trainer.Optimizer));
            state = options.Steps == 0 ? known : known with { Steps = options.Steps };
            trainer.WeightsChanged();
        }

        var report = new RunReport(DistillFacts.Of(asked, teacher, student.Config, speech, [LogOf(FloatPart(asked)), LogOf(asked.Output)]));
        RunState Whole(RunState s) => new(before.Step + s.Step, s.Steps == int.MaxValue ? s.Steps : (int)before.Step + s.Steps, before.Seconds + s.Seconds);
        state = new StepLoop(new RunLog(LogOf(options.Output), options.LogEvery, watch))
        {
            Stage = options.Quantize ? "int8" : "decoder",
            Minutes = options.Minutes,
            Step = s =>
            {
                trainer.Settings = SettingsOf(options, s.Steps);
                (LossParts loss, double norm) = trainer.Step(s.Step);
                return (trainer.Settings.RateAt(s.Step), loss, norm);
            },
            Save = s =>
            {
                Checkpoint.Save(checkpoint, identity, s.ToString(), student.Weights, trainer.Optimizer);
                report.Checkpoint(Whole(s), model: false);
            },
        }.Run(state, cancel);
        EdgeModelConfig teaching = teacher.Model.Config;
        student.Save(options.Output, teaching.Space, teaching.Model, trainer.Optimizer.AverageOf);
        if (cancel.IsCancellationRequested)
        {
            report.Checkpoint(Whole(state), options.Output == asked.Output);
        }
        else if (options.Output == asked.Output)
        {
            report.End(Whole(state), progress, cancel);
        }

        return (state.Step, state.Seconds);
    }

    // A fresh student learns in float first; what it has learnt then lies beside the run, as a model of its own.
    private static (long Steps, double Seconds) TrainBoth(DistillOptions options, IProgress<(string Stage, double Done)>? progress, Action<RunStatus>? watch, CancellationToken cancel)
    {
        string whole = FloatPart(options);
        Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
        int last = options.Steps == 0 ? 0 : Math.Max(1, (int)(options.Steps * QuantizedShare));
        (long steps, double seconds) = TrainPart(
            options with { Quantize = false, Output = whole, Steps = options.Steps - last, Minutes = options.Minutes * (1 - QuantizedShare) }, options, new RunState(), progress, watch, cancel);
        if (cancel.IsCancellationRequested)
        {
            return (steps, seconds);
        }

        (long more, double longer) = TrainPart(
            options with { Start = whole, Steps = last, Minutes = options.Minutes * QuantizedShare }, options, new RunState(steps, Seconds: seconds), progress, watch, cancel);
        return (steps + more, seconds + longer);
    }

    private static IEnumerable<TokenClip> CalibrationTokens(EdgeTeacher teacher) =>
        CalibrationClips.Samples(teacher.Model.Config.SampleRate).Select(c => EdgeCodec.Encode(teacher.Model, c, matMul: OpenBlas.Fastest));

    private static Student Begin(DistillOptions options, EdgeTeacher teacher)
    {
        if (options.Start is { } start)
        {
            return Student.Load(start);
        }

        Student student = Student.Create(options.Student, options.Seed);
        (EdgeModelConfig config, EdgeModelConfig from) = (student.Config, teacher.Model.Config);
        if (config.CodebookSize != from.CodebookSize || config.NumQuantizers > from.NumQuantizers)
        {
            throw new ModelFormatException($"{options.Student}: num_quantizers: {config.NumQuantizers} layers of {config.CodebookSize} codes do not fit the teacher's {from.NumQuantizers} of {from.CodebookSize}.");
        }

        using SafetensorsFile file = SafetensorsFile.Open(from.WeightsPath);
        if (config.Embeddings is { } embeddings)
        {
            float[] table = student.Weights.Read("decoder.embeddings", config.NumQuantizers, config.CodebookSize, embeddings.Dim);
            EmbeddingStart.FromCodebooks(file.ToFloat32("quantizer.codebooks"), from.Quantizer!.Dim, table, config.NumQuantizers, config.CodebookSize);
        }
        else
        {
            student.Weights.CopyFrom(file, "quantizer.", "frontend.", "encoder.");
        }

        return student;
    }

    // A student that works with few layers must meet few layers: as many as the teacher's own training drew, cut to what the student takes.
    private static double[]? LayerShares(EdgeModelConfig config)
    {
        if (config.MinLayers == config.NumQuantizers)
        {
            return null;
        }

        var shares = new double[config.NumQuantizers];
        foreach ((int layers, double share) in LayerDropout.Shares)
        {
            shares[Math.Clamp(layers, config.MinLayers, config.NumQuantizers) - 1] += share;
        }

        return shares;
    }

    private static TrainingSettings SettingsOf(DistillOptions options, int steps) =>
        new(steps, options.Sequences, options.Frames, options.LearningRate * (options.Quantize ? QuantizedRate : 1), 1e-5, 200, options.Seed, new AdamWSettings(WeightDecay: 0.005));

    private static string FloatPart(DistillOptions options) => Path.Combine(Path.ChangeExtension(options.Output, ".run"), "float.json");

    private static string LogOf(string output) => Path.Combine(Path.ChangeExtension(output, ".run"), "log.tsv");

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
