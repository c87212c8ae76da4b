using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Reports;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// Makes a student out of a teacher: codes of the corpus once, then stage after stage, with a checkpoint every few minutes from which the same command goes on exactly. A student with an encoder of its own
/// learns to write the teacher's codes first; every student learns to speak them; on demand the last stage goes through the integers of its INT8 library.
/// </summary>
public static class DistillRun
{
    // Of the time: to write codes, where that is learnt; through the integers.
    private const double EncoderShare = 0.5;
    private const double QuantizedShare = 0.2;

    /// <summary>Runs, or goes on with a run that was interrupted.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="progress">Told the stage and the share done of what comes before training.</param>
    /// <param name="watch">Told the state of training every 50 steps.</param>
    /// <param name="cancel">Stops after a step, with a checkpoint.</param>
    /// <returns>Steps done and seconds of training.</returns>
    /// <exception cref="ModelFormatException">A model is wrong.</exception>
    /// <exception cref="CorpusException">The corpus is wrong.</exception>
    /// <exception cref="OperationCanceledException">It was stopped before the first step of a stage; what the teacher has encoded stays.</exception>
    public static (long Steps, double Seconds) Train(DistillOptions options, IProgress<(string Stage, double Done)>? progress = null, Action<RunStatus>? watch = null, CancellationToken cancel = default)
    {
        using var material = new DistillMaterial(options, progress);
        List<(bool Writes, DistillOptions Options)> stages = Stages(options, material);
        var report = new RunReport(DistillFacts.Of(
            options, material.Teacher, material.Config, material.Speech.General, material.Speech.Uses, [.. stages.Select(s => InRun(s.Options, "log.tsv"))],
            stages[0].Writes ? InRun(stages[0].Options, EncoderRun.TableName) : null) with { Further = material.Speech.Further });
        var done = new RunState(Steps: 0);
        foreach ((bool writes, DistillOptions stage) in stages)
        {
            RunState before = done;
            RunState Whole(RunState s) => new(before.Step + s.Step, s.Steps == int.MaxValue ? s.Steps : (int)before.Step + s.Steps, before.Seconds + s.Seconds);
            void Checkpointed(RunState s) => report.Checkpoint(Whole(s), model: false);
            done = Whole(writes ? EncoderRun.Train(material, stage, watch, Checkpointed, cancel) : DecoderRun.Train(material, stage, watch, Checkpointed, cancel));
            if (cancel.IsCancellationRequested)
            {
                report.Checkpoint(done, model: stage.Output == options.Output);
                return (done.Step, done.Seconds);
            }
        }

        report.End(done, progress, cancel);
        return (done.Step, done.Seconds);
    }

    // Each stage begins with what the one before has learnt, which lies beside the run as a model of its own.
    private static List<(bool Writes, DistillOptions Options)> Stages(DistillOptions options, DistillMaterial material)
    {
        string folder = Path.ChangeExtension(options.Output, ".run");
        var stages = new List<(bool Writes, DistillOptions Options)>();
        DistillOptions left = options;
        if (material.LearnsToWrite)
        {
            DistillOptions first = Part(options, EncoderShare) with { Quantize = false, Output = Path.Combine(folder, "encoder.json") };
            stages.Add((true, first));
            left = options with { Start = first.Output, Steps = options.Steps - first.Steps, Minutes = options.Minutes - first.Minutes };
        }

        if (options is { Quantize: true, Start: null })
        {
            DistillOptions last = Part(left, QuantizedShare) with { Start = Path.Combine(folder, "float.json") };
            stages.Add((false, left with { Quantize = false, Output = last.Start, Steps = left.Steps - last.Steps, Minutes = left.Minutes - last.Minutes }));
            left = last;
        }

        stages.Add((false, left));
        return stages;
    }

    private static string InRun(DistillOptions stage, string name) => Path.Combine(Path.ChangeExtension(stage.Output, ".run"), name);

    private static DistillOptions Part(DistillOptions options, double share) =>
        options with { Steps = options.Steps == 0 ? 0 : Math.Max(1, (int)(options.Steps * share)), Minutes = options.Minutes * share };
}
