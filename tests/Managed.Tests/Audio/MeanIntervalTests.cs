using Qwen3Tokenizer.Edge.Audio.Metrics;

namespace Qwen3Tokenizer.Edge.Tests.Audio;

public sealed class MeanIntervalTests
{
    [Fact]
    public void Equal_values_leave_no_doubt()
    {
        Assert.Equal(new MeanInterval(0.75, 0.75, 0.75, 4), MeanInterval.Of([0.75, 0.75, 0.75, 0.75]));
    }

    [Fact]
    public void The_interval_is_that_of_the_normal_approximation_where_there_are_many_values()
    {
        // Mean of 400 uniform values: standard error sqrt((n^2 - 1) / 12) / n / sqrt(n) for values (i + 0.5) / n.
        const int n = 400;
        double[] values = [.. Enumerable.Range(0, n).Select(i => (i + 0.5) / n)];
        double error = Math.Sqrt((((double)n * n) - 1) / 12) / n / Math.Sqrt(n);

        MeanInterval interval = MeanInterval.Of(values);

        Assert.Equal(0.5, interval.Mean, 12);
        Assert.Equal(0.5 - (1.959964 * error), interval.Low, 0.0015);
        Assert.Equal(0.5 + (1.959964 * error), interval.High, 0.0015);
        Assert.Equal(n, interval.Count);
    }

    [Fact]
    public void Two_values_give_the_interval_from_one_to_the_other()
    {
        // A quarter of the resamples are twice the smaller, a quarter twice the larger: both beyond the 2.5 % of either tail.
        Assert.Equal(new MeanInterval(0.5, 0, 1, 2), MeanInterval.Of([0, 1]));
    }

    [Fact]
    public void Clips_without_the_figure_are_left_out()
    {
        Assert.Equal(new MeanInterval(2, 2, 2, 2), MeanInterval.Of([2, double.NaN, 2, double.PositiveInfinity]));
        Assert.Equal(new MeanInterval(1, 1, 1, 2), MeanInterval.OfDifference([3, double.NaN, 5, 9], [2, 1, 4, double.NaN]));
    }

    [Fact]
    public void Nothing_gives_no_mean()
    {
        MeanInterval none = MeanInterval.Of([]);
        Assert.True(double.IsNaN(none.Mean) && double.IsNaN(none.Low) && double.IsNaN(none.High));
        Assert.Equal(0, none.Count);
    }

    [Fact]
    public void A_pair_is_surer_than_its_two_means()
    {
        // Clips differ by much, the systems by 0.1 on each.
        double[] a = [0.2, 0.5, 0.9, 0.4, 0.7], b = [.. a.Select(v => v - 0.1)];

        MeanInterval difference = MeanInterval.OfDifference(a, b);

        Assert.Equal(0.1, difference.Low, 12);
        Assert.Equal(0.1, difference.High, 12);
        Assert.True(MeanInterval.Of(b).High > MeanInterval.Of(a).Low);
    }

    [Fact]
    public void A_wider_confidence_gives_a_wider_interval()
    {
        double[] values = [1, 4, 2, 8, 5, 7];
        Assert.True(MeanInterval.Of(values, 0.99).Low < MeanInterval.Of(values, 0.5).Low);
        Assert.True(MeanInterval.Of(values, 0.99).High > MeanInterval.Of(values, 0.5).High);
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MeanInterval.Of([1], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => MeanInterval.Of([1], 1));
        Assert.Throws<ArgumentException>(() => MeanInterval.OfDifference([1], [1, 2]));
    }
}
