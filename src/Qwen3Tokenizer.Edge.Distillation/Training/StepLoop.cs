namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// The steps of one stage of a run, whatever a step is: finds out how many fit into the minutes, writes the log, leaves a checkpoint every few minutes and when it ends, and stops after a step when asked.
/// </summary>
/// <param name="log">Told the figures of every step.</param>
public sealed class StepLoop(RunLog log)
{
    /// <summary>Steps after which a run that was given minutes knows what a step costs: the last half of them counts, because the first ones run before the runtime has compiled them for good.</summary>
    public const int MeasuredSteps = 200;

    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromMinutes(3);

    /// <summary>Name of the stage in the log.</summary>
    public required string Stage { get; init; }

    /// <summary>Minutes that the steps of the whole run should take on this machine, where their number is not known.</summary>
    public required double Minutes { get; init; }

    /// <summary>What a step of the run costs in the mean, as a multiple of those that are measured.</summary>
    public double MeanCost { get; init; } = 1;

    /// <summary>The fewest steps of a run that was given minutes; more than <see cref="MeasuredSteps"/>.</summary>
    public int FewestSteps { get; init; } = MeasuredSteps + 1;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>From the number of steps of the run, <see cref="int.MaxValue"/> while it is not known, the step before which this stage ends: the run's end unless it has further stages.</summary>
    public Func<int, long> EndOf { get; init; } = steps => steps;

    /// <summary>Does a step; gets how far the run is, and gives the step's learning rate, its loss and the norm of its gradient.</summary>
    public required Func<RunState, (double LearningRate, LossParts Loss, double GradientNorm)> Step { get; init; }

    /// <summary>Leaves a checkpoint that says how far the run is.</summary>
    public required Action<RunState> Save { get; init; }

    /// <summary>Takes steps up to the end of the stage.</summary>
    /// <param name="state">How far the run is.</param>
    /// <param name="cancel">Stops after a step, with a checkpoint.</param>
    /// <returns>How far the run is then.</returns>
    public RunState Run(RunState state, CancellationToken cancel)
    {
        long begun = Time.GetTimestamp(), saved = begun;
        double before = state.Seconds;
        RunState mark = state.Step < MeasuredSteps ? state : new RunState();
        RunState Now() => state with { Seconds = before + Time.GetElapsedTime(begun).TotalSeconds };
        while (state.Step < EndOf(state.Steps) && !cancel.IsCancellationRequested)
        {
            if (state.Step == MeasuredSteps / 2)
            {
                mark = Now();
            }

            if (state.Steps == int.MaxValue && state.Step == MeasuredSteps)
            {
                double perStep = MeanCost * (Now().Seconds - mark.Seconds) / (state.Step - mark.Step), left = (Minutes * 60) - Now().Seconds;
                state = state with { Steps = Math.Max(FewestSteps, (int)(state.Step + (left / perStep))) };
            }

            (double rate, LossParts loss, double norm) = Step(state);
            state = state with { Step = state.Step + 1 };
            log.Add(Stage, state.Step, state.Steps, Now().Seconds, rate, loss, norm);
            if (Time.GetElapsedTime(saved) > CheckpointEvery)
            {
                Save(Now());
                saved = Time.GetTimestamp();
            }
        }

        Save(Now());
        return Now();
    }
}
