using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Lowering.Simulation;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>The steps of post-training quantization that a build may take.</summary>
public class QuantizationOptionsTests
{
    [Fact]
    public void The_largest_value_is_the_last_step_of_its_range()
    {
        ActivationStep step = ActivationStep.Choose(Outlying(), 0, asymmetric: false, ActivationRange.Maximum);
        Assert.Equal(50.0 / 127, step.Scale, 6);
        Assert.Equal(0, step.ZeroPoint);
    }

    [Fact]
    public void A_percentile_leaves_outliers_out_and_least_squares_has_a_better_ratio_than_the_largest_value()
    {
        ValueHistogram histogram = Outlying();
        ActivationStep[] steps = [.. new[] { ActivationRange.Maximum, ActivationRange.Percentile, ActivationRange.LeastSquares }.Select(r => ActivationStep.Choose(histogram, 0, asymmetric: false, r))];

        // 100,000 normal values: one in ten thousand lies above 3.72 standard deviations.
        Assert.InRange(steps[1].Scale * 127, 3.4, 4.1);
        Assert.True(steps[2].Int8Sqnr > steps[0].Int8Sqnr);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.01)]
    [InlineData(0.25)]
    public void Quantiles_are_those_of_the_sorted_values_to_a_bin(double outside)
    {
        float[] values = [.. SmallDecoder.Normal(new Random(3), 20000)];
        var histogram = new ValueHistogram();
        histogram.Add(values);
        Array.Sort(values);
        (double low, double high) = histogram.Quantiles(outside);
        int at = (int)(outside * values.Length);
        Assert.InRange(low - values[at], -0.01, 0.01);
        Assert.InRange(high - values[^(at + 1)], -0.01, 0.01);
    }

    [Fact]
    public void A_choice_is_made_again_when_more_values_were_seen()
    {
        ValueHistogram histogram = Outlying();
        double before = ActivationStep.Choose(histogram, 0, asymmetric: false, ActivationRange.Maximum).Scale;
        histogram.Add([100]);
        Assert.Equal(2 * before, ActivationStep.Choose(histogram, 0, asymmetric: false, ActivationRange.Maximum).Scale, 6);
    }

    [Fact]
    public void Corrected_biases_bring_the_means_of_the_head_rows_back_to_floats()
    {
        var small = new SmallDecoder();
        Graph graph = small.Build(), network = new("network", graph["head"]);
        CalibrationStatistics statistics = small.Statistics(graph);

        // A range that clips moves the means more than rounding does.
        var options = new LoweringOptions { Range = ActivationRange.Percentile };
        IntegerProgram program = GraphLowering.Lower(graph, statistics, options).Program;
        FloatTensor[] codes = [SmallDecoder.CodesOf(200, 5), SmallDecoder.CodesOf(300, 6)];
        IReadOnlyDictionary<string, float[]> shifts = BiasCorrection.Of(network, program, codes);
        IntegerProgram corrected = GraphLowering.Lower(graph, statistics, options with { BiasShifts = shifts }).Program;
        Assert.Equal(network.Nodes.Count(n => n is Edge.Models.Nodes.ConvNode), shifts.Count);

        double before = MeanError(network, program, codes), after = MeanError(network, corrected, codes);
        Assert.True(after < before / 4, $"The means of the head rows are off by {after} (rms) with corrected biases, by {before} without.");
    }

    [Fact]
    public void A_correction_without_data_is_refused()
    {
        var small = new SmallDecoder();
        Graph graph = small.Build();
        BuildException e = Assert.Throws<BuildException>(() => BiasCorrection.Of(new Graph("network", graph["head"]), small.Lower(graph).Program, []));
        Assert.Contains("network", e.Message, StringComparison.Ordinal);
    }

    private static double MeanError(Graph network, IntegerProgram program, FloatTensor[] codes)
    {
        double[] exact = Means(network), rounded = Means(new IntegerSimulation(network, program).Graph);
        return Math.Sqrt(exact.Zip(rounded, (a, b) => (a - b) * (a - b)).Average());

        double[] Means(Graph graph)
        {
            var sums = new double[graph.Outputs[0].Shape.Channels];
            foreach (FloatTensor stream in codes)
            {
                float[] rows = new FloatExecutor(graph).Run(stream.Rows, new Dictionary<string, FloatTensor> { ["codes"] = stream })[0].Data;
                for (int i = 0; i < rows.Length; i++)
                {
                    sums[i % sums.Length] += rows[i];
                }
            }

            int total = codes.Sum(c => c.Rows) * network.Outputs[0].Shape.Rows;
            return Array.ConvertAll(sums, s => s / total);
        }
    }

    // A standard normal distribution and one value far outside.
    private static ValueHistogram Outlying()
    {
        var histogram = new ValueHistogram();
        histogram.Add([.. SmallDecoder.Normal(new Random(2), 100000), 50]);
        return histogram;
    }
}
