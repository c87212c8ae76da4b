using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Models.Nodes;

public sealed class ConvolutionTests
{
    [Theory]
    [InlineData(5, 6, 1, 1, 1, 1, ConvPadding.Zero)]
    [InlineData(5, 6, 3, 1, 1, 1, ConvPadding.Zero)]
    [InlineData(4, 6, 7, 1, 9, 1, ConvPadding.Zero)]
    [InlineData(4, 8, 16, 8, 1, 1, ConvPadding.Zero)]
    [InlineData(4, 8, 8, 4, 1, 2, ConvPadding.Zero)]
    [InlineData(4, 4, 3, 2, 3, 1, ConvPadding.Zero)]
    [InlineData(13, 13, 7, 1, 1, 13, ConvPadding.Zero)]
    [InlineData(6, 12, 7, 1, 2, 6, ConvPadding.Zero)]
    [InlineData(6, 6, 4, 2, 1, 1, ConvPadding.Replicate)]
    [InlineData(6, 6, 4, 4, 1, 6, ConvPadding.Replicate)]
    public void A_convolution_is_its_formula(int inputs, int outputs, int kernel, int stride, int dilation, int groups, ConvPadding padding)
    {
        const int rows = 48;
        float[] weight = NodeRun.Normal(1, outputs * (inputs / groups) * kernel), bias = NodeRun.Normal(2, outputs);
        FloatTensor x = NodeRun.Normal(3, rows, inputs);
        FloatTensor y = NodeRun.Whole(new ConvNode("y", new InputNode("x", 8, inputs), weight, bias, outputs, kernel, stride, dilation, groups, padding), ("x", x));
        Assert.Equal(rows / stride, y.Rows);
        for (int t = 0; t < y.Rows; t++)
        {
            for (int o = 0; o < outputs; o++)
            {
                double sum = bias[o];
                for (int i = 0; i < inputs / groups; i++)
                {
                    for (int j = 0; j < kernel; j++)
                    {
                        // left = (k - 1) * dilation + 1 - stride rows stand before the first.
                        int source = (t * stride) + (j * dilation) - (((kernel - 1) * dilation) + 1 - stride);
                        int channel = (o / (outputs / groups) * (inputs / groups)) + i;
                        double value = source >= 0 ? x.Row(source)[channel] : padding == ConvPadding.Replicate ? x.Row(0)[channel] : 0;
                        sum += weight[(((o * (inputs / groups)) + i) * kernel) + j] * value;
                    }
                }

                Assert.Equal(sum, y.Row(t)[o], 2e-5);
            }
        }
    }

    [Theory]
    [InlineData(6, 5, 16, 8, 1)]
    [InlineData(6, 4, 2, 2, 2)]
    [InlineData(3, 3, 7, 3, 3)]
    [InlineData(2, 3, 9, 1, 1)]
    [InlineData(4, 1, 11, 2, 1)]
    public void A_transposed_convolution_is_its_formula_with_the_end_trimmed(int inputs, int outputs, int kernel, int stride, int groups)
    {
        const int rows = 12;
        int groupIn = inputs / groups, groupOut = outputs / groups;
        float[] weight = NodeRun.Normal(1, inputs * groupOut * kernel), bias = NodeRun.Normal(2, outputs);
        FloatTensor x = NodeRun.Normal(3, rows, inputs);
        FloatTensor y = NodeRun.Whole(new ConvTransposeNode("y", new InputNode("x", 2, inputs), weight, bias, outputs, kernel, stride, groups), ("x", x));
        Assert.Equal(rows * stride, y.Rows);
        var full = new double[((rows - 1) * stride) + kernel, outputs];
        for (int t = 0; t < rows; t++)
        {
            for (int i = 0; i < inputs; i++)
            {
                for (int o = 0; o < groupOut; o++)
                {
                    for (int j = 0; j < kernel; j++)
                    {
                        full[(t * stride) + j, (i / groupIn * groupOut) + o] += (double)weight[(((i * groupOut) + o) * kernel) + j] * x.Row(t)[i];
                    }
                }
            }
        }

        for (int t = 0; t < y.Rows; t++)
        {
            for (int o = 0; o < outputs; o++)
            {
                Assert.Equal(full[t, o] + bias[o], y.Row(t)[o], 2e-5);
            }
        }
    }

    [Fact]
    public void Numpy_agrees_with_a_dilated_convolution_and_a_transposed_one()
    {
        // import numpy as np
        // x = np.array([1, -2, 3, 0.5, -1, 2.]); w = np.array([0.5, -1, 2.])
        // np.convolve(np.concatenate([np.zeros(4), x]), np.array([2, 0, -1, 0, 0.5]), 'valid') + 0.25
        // np.convolve(np.kron(x, [1, 0]), [1., 2, 3, 4])[:12] - 1        # (kron: zeros between the samples, so stride 2)
        var x = new FloatTensor(6, 1, [1, -2, 3, 0.5f, -1, 2]);
        FloatTensor conv = NodeRun.Whole(new ConvNode("y", new InputNode("x", 1, 1), new[] { 0.5f, -1, 2 }, [0.25f], 1, 3, dilation: 2), ("x", x));
        Assert.Equal([2.25f, -3.75f, 5.25f, 3.25f, -4.25f, 2.75f], conv.Data);
        FloatTensor transposed = NodeRun.Whole(new ConvTransposeNode("y", new InputNode("x", 1, 1), new float[] { 1, 2, 3, 4 }, [-1], 1, 4, 2), ("x", x));
        Assert.Equal([0, 1, 0, -1, -4, -3, 8.5f, 12, -0.5f, -1, -2, -1], transposed.Data);
    }

    [Fact]
    public void Work_and_state_are_what_the_shapes_say()
    {
        var input = new InputNode("x", 4, 6);
        var conv = new ConvNode("y", input, new float[8 * 3 * 4], [], 8, 4, stride: 2, groups: 2);
        Assert.Equal((new TensorShape(2, 8), 2 * 8 * 3 * 4, 2, false), (conv.Shape, conv.MultiplyAccumulates, conv.HistoryRows, conv.IsDepthwise));
        var transposed = new ConvTransposeNode("y", input, new float[6 * 8 * 5], [], 8, 5, 3);
        Assert.Equal((new TensorShape(12, 8), 4 * 6 * 8 * 5, 2), (transposed.Shape, transposed.MultiplyAccumulates, transposed.TailRows));
        Assert.Null(new ConvNode("y", input, new float[6], [], 1).CreateState());
        Assert.True(new ConvNode("y", input, new float[6 * 3], [], 6, 3, groups: 6).IsDepthwise);
    }
}
