using Qwen3Tokenizer.Edge.Distillation.Training;

namespace Qwen3Tokenizer.Edge.Tests.Distillation;

/// <summary>How the steps of a run are dealt to its stages.</summary>
public sealed class TrainPlanTests
{
    [Fact]
    public void A_new_codec_has_three_stages() => Assert.Equal([0, 160, 600, 1000], TrainPlan.Fresh.Borders(1000));

    [Fact]
    public void A_codec_that_exists_has_two() => Assert.Equal([0, 520, 1000], TrainPlan.Further.Borders(1000));

    [Fact]
    public void Stages_end_at_the_end_where_the_steps_are_not_known() => Assert.Equal([0, int.MaxValue, int.MaxValue, int.MaxValue], TrainPlan.Fresh.Borders(int.MaxValue));

    [Fact]
    public void A_mean_step_costs_a_multiple_of_what_is_measured_in_the_first_stage()
    {
        Assert.Equal((0.16 * 1) + (0.44 * 1.5) + (0.40 * 1.1), TrainPlan.Fresh.MeanCost, 1e-9);
        Assert.Equal(0.52 + (0.48 * 1.1 / 1.5), TrainPlan.Further.MeanCost, 1e-9);
    }
}
