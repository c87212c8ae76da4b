using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Students;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>What the stages of a distillation have in common, whatever they train: the folder of the run, the checkpoint from which it goes on, the steps.</summary>
/// <param name="material">Teacher, speech, threads.</param>
/// <param name="options">What the stage is to do.</param>
/// <param name="kind">What tells its checkpoints from those of other kinds of stages; empty for nothing.</param>
/// <param name="rateShare">Its peak learning rate as a share of the one asked for.</param>
internal sealed class DistillStage(DistillMaterial material, DistillOptions options, string kind, double rateShare)
{
    private readonly string _identity = material.Identity(options, kind);

    /// <summary>The folder of the run; made when it is asked for.</summary>
    public string Folder => Directory.CreateDirectory(Path.ChangeExtension(options.Output, ".run")).FullName;

    /// <summary>Settings of all of the run, whose number of steps may not be known yet.</summary>
    public TrainingSettings FirstSettings => SettingsOf(First.Steps);

    private RunState First => new(Steps: options.Steps == 0 ? int.MaxValue : options.Steps);

    private string CheckpointPath => Path.Combine(Folder, "checkpoint.safetensors");

    /// <summary>Takes the weights of the checkpoint, if there is one, before a graph is built that folds some of them in.</summary>
    /// <returns>Whether there is one.</returns>
    public bool ReadWeights(Student student)
    {
        bool exists = File.Exists(CheckpointPath);
        if (exists)
        {
            Checkpoint.ReadWeights(CheckpointPath, _identity, student.Weights);
        }

        return exists;
    }

    /// <summary>Puts the trainer where the checkpoint left it, if there is one.</summary>
    /// <returns>How far the stage is.</returns>
    public RunState Resume(Student student, IStageTrainer trainer)
    {
        if (!File.Exists(CheckpointPath))
        {
            return First;
        }

        RunState known = RunState.Parse(Checkpoint.Load(CheckpointPath, _identity, student.Weights, trainer.Optimizer));
        trainer.WeightsChanged();
        return options.Steps == 0 ? known : known with { Steps = options.Steps };
    }

    /// <summary>Takes the steps that are left, and saves the student.</summary>
    /// <param name="name">Name of the stage in the log.</param>
    /// <param name="student">The student.</param>
    /// <param name="trainer">Trains it.</param>
    /// <param name="state">How far the stage is.</param>
    /// <param name="watch">Told every line of the log; null for nobody.</param>
    /// <param name="checkpointed">Told after every checkpoint.</param>
    /// <param name="cancel">Stops after a step, with a checkpoint.</param>
    /// <returns>How far it is then.</returns>
    public RunState Run(string name, Student student, IStageTrainer trainer, RunState state, Action<RunStatus>? watch, Action<RunState> checkpointed, CancellationToken cancel)
    {
        state = new StepLoop(new RunLog(Path.Combine(Folder, "log.tsv"), options.LogEvery, watch))
        {
            Stage = name,
            Minutes = options.Minutes,
            Step = s =>
            {
                trainer.Settings = SettingsOf(s.Steps);
                (LossParts loss, double norm) = trainer.Step(s.Step);
                return (trainer.Settings.RateAt(s.Step), loss, norm);
            },
            Save = s =>
            {
                Checkpoint.Save(CheckpointPath, _identity, s.ToString(), student.Weights, trainer.Optimizer);
                checkpointed(s);
            },
        }.Run(state, cancel);
        student.Save(options.Output, material.Teacher.Facts.Space, material.Teacher.Facts.Name, (_, tensor) => trainer.Optimizer.AverageOf(tensor.Values));
        return state;
    }

    private TrainingSettings SettingsOf(int steps) =>
        new(steps, options.Sequences, options.Frames, options.LearningRate * rateShare, 1e-5, 200, options.Seed, new AdamWSettings(WeightDecay: 0.005)) { VoicedNoise = true };
}

/// <summary>Trains a part of a student.</summary>
internal interface IStageTrainer
{
    /// <summary>How the stage goes.</summary>
    TrainingSettings Settings { get; set; }

    /// <summary>The optimizer with its state.</summary>
    AdamW Optimizer { get; }

    /// <summary>One step.</summary>
    /// <param name="step">Its number: what is drawn and the learning rate depend on it.</param>
    /// <returns>The loss before the step, and the norm of its gradient.</returns>
    (LossParts Loss, double GradientNorm) Step(long step);

    /// <summary>To be called after the student's weights changed from outside.</summary>
    void WeightsChanged();
}
