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
        var stage = new DistillStage(material, options, " encoder", RateShare);
        string table = Path.Combine(stage.Folder, TableName);
        if (!stage.ReadWeights(student))
        {
            EncoderTrainer.Prepare(student);
            var codes = new int[options.Frames * student.Config.NumQuantizers];
            MelStatistics.Set(student, options.Frames * student.Config.Encoder!.Downsample, (item, samples) => speech.DrawHeard(options.Seed, 0, item, samples, codes));
        }

        var trainer = new EncoderTrainer(student, speech.DrawHeard, stage.FirstSettings, material.Workers);
        RunState state = stage.Resume(student, trainer);
        if (state.Step >= state.Steps && File.Exists(table))
        {
            // Done and measured: it was a later stage that was interrupted.
            return state;
        }

        // The model of the next stage needs its decoder's first weights too: asking for the graph makes them.
        _ = Models.Families.EdgeCodecGraphs.Decoder(student.Config, student.Weights, "student");
        state = stage.Run("encoder", student, trainer, state, watch, checkpointed, cancel);
        if (!cancel.IsCancellationRequested)
        {
            trainer.Optimizer.SwapAverage();
            trainer.WeightsChanged();
            CodeTable.Measure(student, material.Speech.General, material.Speech.HeldOut(cancel), material.Teacher.Facts.Layers, material.Workers).Write(table);
        }

        return state;
    }
}
