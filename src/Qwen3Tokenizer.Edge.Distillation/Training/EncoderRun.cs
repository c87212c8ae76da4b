using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Students;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>The stage of a distillation in which the student's encoder learns to write the teacher's codes. It ends with a table of how well it does so on what is held out.</summary>
internal static class EncoderRun
{
    /// <summary>Name of the table in the run's folder.</summary>
    public const string TableName = "codes.tsv";

    // A latent that meets thousands of entries wants a steadier hand than a decoder.
    private const double RateShare = 0.5;

    public static RunState Train(DistillMaterial material, DistillOptions options, Action<RunStatus>? watch, Action<RunState> checkpointed, CancellationToken cancel)
    {
        Student student = material.Begin(options);
        CodedSpeech speech = material.Speech.Heard(cancel);
        string folder = Path.ChangeExtension(options.Output, ".run"), checkpoint = Path.Combine(folder, "checkpoint.safetensors"), identity = material.Identity(options, " encoder");
        Directory.CreateDirectory(folder);
        var state = new RunState(Steps: options.Steps == 0 ? int.MaxValue : options.Steps);
        if (File.Exists(checkpoint))
        {
            // Before the graph is built: it folds the statistics of the spectrum in.
            Checkpoint.ReadWeights(checkpoint, identity, student.Weights);
        }
        else
        {
            EncoderTrainer.Prepare(student);
            var codes = new int[options.Frames * student.Config.NumQuantizers];
            MelStatistics.Set(student, options.Frames * student.Config.Encoder!.Downsample, (item, samples) => speech.DrawSpoken(options.Seed, 0, item, samples, codes));
        }

        var trainer = new EncoderTrainer(student, speech.DrawSpoken, SettingsOf(options, state.Steps), material.Workers);
        if (File.Exists(checkpoint))
        {
            RunState known = RunState.Parse(Checkpoint.Load(checkpoint, identity, student.Weights, trainer.Optimizer));
            state = options.Steps == 0 ? known : known with { Steps = options.Steps };
            trainer.WeightsChanged();
            if (state.Step >= state.Steps && File.Exists(Path.Combine(folder, TableName)))
            {
                // Done and measured: it was a later stage that was interrupted.
                return state;
            }
        }

        state = new StepLoop(new RunLog(Path.Combine(folder, "log.tsv"), options.LogEvery, watch))
        {
            Stage = "encoder",
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
                checkpointed(s);
            },
        }.Run(state, cancel);

        // The model of the next stage needs its decoder's first weights too: asking for the graph makes them.
        _ = Models.Families.EdgeCodecGraphs.Decoder(student.Config, student.Weights, "student");
        student.Save(options.Output, material.Teacher.Facts.Space, material.Teacher.Facts.Name, trainer.Optimizer.AverageOf);
        if (!cancel.IsCancellationRequested)
        {
            trainer.Optimizer.SwapAverage();
            trainer.WeightsChanged();
            CodeTable.Measure(student, material.Speech.General, material.Speech.HeldOut(cancel), material.Teacher.Facts.Layers, material.Workers).Write(Path.Combine(folder, TableName));
        }

        return state;
    }

    private static TrainingSettings SettingsOf(DistillOptions options, int steps) =>
        new(steps, options.Sequences, options.Frames, options.LearningRate * RateShare, 1e-5, 200, options.Seed, new AdamWSettings(WeightDecay: 0.005));
}
