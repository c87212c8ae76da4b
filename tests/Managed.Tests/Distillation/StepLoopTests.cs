using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation;

/// <summary>How many steps fit into minutes, on a clock that moves with the steps.</summary>
public sealed class StepLoopTests : IDisposable
{
    private const int Half = StepLoop.MeasuredSteps / 2;
    private readonly TemporaryFolder _folder = new();
    private readonly SteppedTime _time = new();

    [Fact]
    public void Minutes_are_counted_in_steps_as_they_are_once_the_runtime_is_warm()
    {
        // Steps of 30 ms at first, as before compilation, then of 10 ms: 30 seconds have room for the first and 100 a second behind them.
        RunState state = Run(s => s.Step < Half ? 30 : 10, new RunState());
        Assert.InRange(state.Steps - Half - ((30 - (0.03 * Half)) / 0.01), -1, 0);
        Assert.Equal(state.Steps, state.Step);
        Assert.Equal(30, state.Seconds, 0.05);
    }

    [Fact]
    public void Later_stages_that_cost_more_leave_fewer_steps()
    {
        RunState state = Run(_ => 10, new RunState(), meanCost: 2);
        Assert.InRange(state.Steps - StepLoop.MeasuredSteps - ((30 - (0.01 * StepLoop.MeasuredSteps)) / 0.02), -1, 0);
    }

    [Theory]
    [InlineData(Half / 2)]
    [InlineData(Half + 20)]
    [InlineData(StepLoop.MeasuredSteps)]
    public void A_run_that_was_interrupted_while_it_measured_learns_its_steps_too(int at)
    {
        RunState state = Run(_ => 10, new RunState(at, int.MaxValue, at * 0.01));
        Assert.InRange(state.Steps, 2999, 3000);
    }

    [Fact]
    public void A_run_of_known_steps_takes_them() => Assert.Equal(7, Run(_ => 10, new RunState(2, 7, 1)).Step);

    [Fact]
    public void Checkpoints_come_every_few_minutes_and_at_the_end()
    {
        var saved = new List<long>();
        Run(_ => 61_000, new RunState(0, 8), s => saved.Add(s.Step));
        Assert.Equal([3, 6, 8], saved);
    }

    public void Dispose() => _folder.Dispose();

    private RunState Run(Func<RunState, int> milliseconds, RunState from, Action<RunState>? save = null, double meanCost = 1) => new StepLoop(new RunLog(_folder.At("log.tsv"), 1000, null))
    {
        Stage = "test",
        Minutes = 0.5,
        MeanCost = meanCost,
        Time = _time,
        Step = s =>
        {
            _time.Milliseconds += milliseconds(s);
            return (0, default, 0);
        },
        Save = save ?? (_ => { }),
    }.Run(from, CancellationToken.None);

    private sealed class SteppedTime : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }
}
