using System.Diagnostics;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// The steps of one stage of a run, whatever a step is: finds out how many fit into the minutes, writes the log, leaves a checkpoint every few minutes and when it ends, and stops after a step when asked.
/// </summary>
/// <param name="log">Told the figures of every step.</param>
public sealed class StepLoop(RunLog log)
{
    /// <summary>Steps after which a run that was given minutes knows what a step costs.</summary>
    public const int MeasuredSteps = 40;

    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromMinutes(3);

    /// <summary>Name of the stage in the log.</summary>
    public required string Stage { get; init; }

    /// <summary>Minutes that the steps of the whole run should take on this machine, where their number is not known.</summary>
    public required double Minutes { get; init; }

    /// <summary>The fewest steps of a run that was given minutes; more than <see cref="MeasuredSteps"/>.</summary>
    public int FewestSteps { get; init; } = MeasuredSteps + 1;

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
        var clock = Stopwatch.StartNew();
        TimeSpan saved = TimeSpan.Zero;
        double before = state.Seconds;
        RunState Now() => state with { Seconds = before + clock.Elapsed.TotalSeconds };
        while (state.Step < EndOf(state.Steps) && !cancel.IsCancellationRequested)
        {
            if (state.Steps == int.MaxValue && state.Step == MeasuredSteps)
            {
                double perStep = Now().Seconds / MeasuredSteps;
                state = state with { Steps = Math.Max(FewestSteps, (int)(Minutes * 60 / perStep)) };
            }

            (double rate, LossParts loss, double norm) = Step(state);
            state = state with { Step = state.Step + 1 };
            log.Add(Stage, state.Step, state.Steps, Now().Seconds, rate, loss, norm);
            if (clock.Elapsed - saved > CheckpointEvery)
            {
                Save(Now());
                saved = clock.Elapsed;
            }
        }

        Save(Now());
        return Now();
    }
}
