using Qwen3Tokenizer.Edge.Distillation.Reports;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Reports;

/// <summary>Axes of charts: round ticks, values in their place.</summary>
public sealed class ChartAxisTests
{
    [Fact]
    public void Ticks_are_round_and_inside()
    {
        ChartAxis axis = ChartAxis.Of([0, 300, 137], false);
        Assert.Equal([0, 100, 200, 300], axis.Ticks);
        Assert.Equal([0, 1.0 / 3, 1], [axis.At(0), axis.At(100), axis.At(300)]);
    }

    [Fact]
    public void A_wide_range_is_logarithmic()
    {
        ChartAxis axis = ChartAxis.Of([0.01, 1], true);
        Assert.True(axis.IsLogarithmic);
        Assert.Equal([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1], axis.Ticks.Select(t => Math.Round(t, 6)));
        Assert.Equal(0.5, axis.At(0.1), 12);
    }

    [Fact]
    public void A_narrow_range_or_one_with_zero_is_linear()
    {
        Assert.False(ChartAxis.Of([5, 9], true).IsLogarithmic);
        Assert.False(ChartAxis.Of([0, 900], true).IsLogarithmic);
    }

    [Theory]
    [InlineData(4, 4)]
    [InlineData(0, 0)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(2, double.PositiveInfinity)]
    public void A_curve_without_extent_has_an_axis(double first, double second)
    {
        ChartAxis axis = ChartAxis.Of([first, second], true);
        Assert.NotEmpty(axis.Ticks);
        Assert.All(axis.Ticks, t => Assert.InRange(axis.At(t), -1e-9, 1 + 1e-9));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.00005, "5e-5")]
    [InlineData(0.0125, "0.0125")]
    [InlineData(6.46312, "6.463")]
    [InlineData(202.896, "202.9")]
    [InlineData(20000, "20 k")]
    [InlineData(1500000, "1.5 M")]
    public void Labels_are_short(double value, string label) => Assert.Equal(label, ChartAxis.Label(value));
}
