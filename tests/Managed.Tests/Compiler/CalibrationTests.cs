using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

public class CalibrationTests
{
    [Fact]
    public void A_histogram_keeps_every_value_while_its_range_grows()
    {
        var histogram = new ValueHistogram();
        float[] values = [0, 1e-6f, -1e-5f, 3e-4f, -0.002f, 0.05f, 7, -190, 190, 4096, -70000];
        foreach (float v in values)
        {
            histogram.Add([v]);
        }

        // A quantizer that clips everything to zero loses all energy; one without limits only rounds.
        Assert.Equal(values.Length, histogram.Count);
        Assert.Equal(-70000, histogram.Minimum);
        Assert.Equal(4096, histogram.Maximum);
        Assert.Equal(70000, histogram.MaximumMagnitude);
        Assert.Equal(values.Sum(v => (double)v * v), histogram.Energy, 1e-3);
        Assert.Equal(values.Length * 4.0 / 12, histogram.SquaredError(-1e6, 1e6, 2), 1e-9);
    }

    [Theory]
    [InlineData(0.4, 0.01)]
    [InlineData(1.0, 0.1)]
    [InlineData(3.0, 0.0)]
    public void The_clipping_error_of_a_histogram_is_that_of_the_values(double limit, double step)
    {
        var histogram = new ValueHistogram();
        float[] values = [.. SmallDecoder.Normal(new Random(3), 20000)];
        foreach (float[] part in values.Chunk(100))
        {
            histogram.Add(part);
        }

        double direct = values.Sum(v => Math.Pow(v - Math.Clamp(v, -limit, limit), 2) + (step * step / 12));

        // A bin is at most 1/1024 of the largest value wide: at most half of that is wrong at each clipped value.
        double half = histogram.MaximumMagnitude / 2048, clipped = values.Count(v => Math.Abs(v) > limit - half);
        double tolerance = clipped * ((2 * half * (histogram.MaximumMagnitude - limit)) + (half * half));
        Assert.InRange(histogram.SquaredError(-limit, limit, step), direct - tolerance, direct + tolerance);
        Assert.InRange(histogram.SquaredError(-limit, limit, step), direct * 0.99, direct * 1.01);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Values_that_are_not_finite_are_refused(float value) => Assert.Throws<ArgumentException>(() => new ValueHistogram().Add([1, value]));

    [Fact]
    public void Eight_bits_of_uniform_values_have_the_ratio_of_the_formula()
    {
        // Power 1/3, error step^2 / 12 with step 1/127: 10 log10(4 * 127^2) = 48.10 dB.
        ValueHistogram histogram = Histogram(n => Enumerable.Range(0, n).Select(i => (float)(((i + 0.5) * 2 / n) - 1)));
        double expected = 10 * Math.Log10(4 * 127.0 * 127.0);

        ActivationStep step = ActivationStep.Choose(histogram, 33, asymmetric: false);

        Assert.Equal((ElementType.Int8, 0), (step.Type, step.ZeroPoint));
        Assert.InRange(step.Int8Sqnr, expected - 0.15, expected + 0.15);
        Assert.InRange(step.Scale, 0.98 / 127, 1.02 / 127);
    }

    [Fact]
    public void Eight_bits_of_normal_values_have_the_ratio_of_the_published_optimum()
    {
        // The best uniform quantizer of 8 bits for a normal source: 40.57 dB (Jayant and Noll 1984, table 4.1).
        // One value in 12000 is clipped: a few dozen samples would not be enough of them.
        ValueHistogram histogram = Histogram(n => SmallDecoder.Normal(new Random(4), 20 * n));

        ActivationStep step = ActivationStep.Choose(histogram, 33, asymmetric: false);

        Assert.InRange(step.Int8Sqnr, 40.42, 40.72);
    }

    [Theory]
    [InlineData(47.5, ElementType.Int8)]
    [InlineData(48.7, ElementType.Int16)]
    public void The_threshold_decides_between_8_and_16_bits(double threshold, ElementType type)
    {
        ValueHistogram histogram = Histogram(n => Enumerable.Range(0, n).Select(i => (float)(((i + 0.5) * 2 / n) - 1)));

        ActivationStep step = ActivationStep.Choose(histogram, threshold, asymmetric: false);

        Assert.Equal(type, step.Type);
        Assert.InRange(step.Int8Sqnr, 47.9, 48.3);
    }

    [Fact]
    public void A_wide_step_holds_twice_the_largest_value()
    {
        ActivationStep step = ActivationStep.Wide(3);

        Assert.Equal((ElementType.Int16, 0), (step.Type, step.ZeroPoint));
        Assert.Equal(6.0, 32767 * step.Scale, 9);
    }

    [Fact]
    public void One_sided_values_use_the_whole_range_and_keep_an_exact_zero()
    {
        // Values 0..1 over 255 steps: 10 log10(4 * 255^2) = 54.15 dB.
        ValueHistogram histogram = Histogram(n => Enumerable.Range(0, n).Select(i => (float)((i + 0.5) / n)));
        double expected = 10 * Math.Log10(4 * 255.0 * 255.0);

        ActivationStep step = ActivationStep.Choose(histogram, 33, asymmetric: true);

        Assert.Equal(-128, step.ZeroPoint);
        Assert.InRange(step.Int8Sqnr, expected - 0.15, expected + 0.15);
    }

    [Fact]
    public void The_zero_point_of_a_gelu_covers_its_dip_and_stands_for_zero()
    {
        // GELU's least value is -0.17.
        ValueHistogram histogram = Histogram(n => Enumerable.Range(0, n).Select(i => -0.17f + (3.17f * (i + 0.5f) / n)));

        ActivationStep step = ActivationStep.Choose(histogram, 33, asymmetric: true);

        Assert.Equal(ElementType.Int8, step.Type);
        Assert.InRange(step.ZeroPoint, -127, 127);
        Assert.InRange((-128 - step.ZeroPoint) * step.Scale, -0.17 - step.Scale, -0.17 + step.Scale);
        Assert.Equal(step.ZeroPoint, FixedPoint.Round(0 / step.Scale) + step.ZeroPoint);
    }

    [Fact]
    public void Values_that_are_all_zero_still_give_a_usable_step()
    {
        ActivationStep step = ActivationStep.Choose(Histogram(n => new float[n]), 33, asymmetric: true);

        Assert.True(step.Scale > 0);
    }

    private static ValueHistogram Histogram(Func<int, IEnumerable<float>> values)
    {
        var histogram = new ValueHistogram();
        histogram.Add(values(100000).ToArray());
        return histogram;
    }
}
