using System.Numerics;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Models.Nodes;

/// <summary>Training faces of the nodes behind the head: batches against the streaming face, gradients against the mathematics in double precision.</summary>
public sealed class SourceFilterTrainingTests
{
    private const int Sequences = 3;

    // Rows that fill groups of eight and that do not; bins of a whole vector, one more, and a few.
    public static TheoryData<int, int> Shapes => new() { { 16, 32 }, { 11, 40 }, { 7, 6 }, { 1, 8 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_batch_of_slices_is_each_sequence_alone(int rows, int channels) =>
        CheckForward(new SliceNode("y", new InputNode("x", 1, channels), 2, channels - 3, -0.5f, 0.7f), rows, [NodeRun.Normal(1, Sequences * rows, channels)]);

    [Fact]
    public void A_slice_passes_the_gradient_of_values_within_its_limits()
    {
        var x = new FloatTensor(2, 5, [9, -1, -1.5f, 0, 9, 9, 2, 2.5f, float.NaN, 9]);
        FloatTensor dy = NodeRun.Normal(1, 2, 3), dx = NodeRun.Normal(2, 2, 5);
        double[] expected = [.. dx.Data];
        foreach ((int to, int from) in ((int, int)[])[(1, 0), (3, 2), (6, 3)])
        {
            expected[to] += dy.Data[from];
        }

        Backward(new SliceNode("y", new InputNode("x", 1, 5), 1, 3, -1, 2), 1, [x], dy, [dx]);
        Close(expected, dx.Data, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_batch_of_interpolations_is_each_sequence_alone(int rows, int channels) =>
        CheckForward(Knots(channels, 23), rows, [NodeRun.Normal(1, Sequences * rows, channels)]);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_gradient_of_an_interpolation_is_its_transposed_matrix(int rows, int channels)
    {
        KnotsNode node = Knots(channels, 23);
        FloatTensor x = NodeRun.Normal(1, Sequences * rows, channels), dy = NodeRun.Normal(2, Sequences * rows, 23), dx = NodeRun.Normal(3, Sequences * rows, channels);
        double[] expected = [.. dx.Data];
        for (int row = 0; row < dy.Rows; row++)
        {
            for (int k = 0; k < 23; k++)
            {
                expected[(row * channels) + node.Index[k]] += dy.Row(row)[k] * (1.0 - node.Weight[k]);
                expected[(row * channels) + node.Index[k] + 1] += dy.Row(row)[k] * (double)node.Weight[k];
            }
        }

        Backward(node, Sequences, [x], dy, [dx]);
        Close(expected, dx.Data, 2e-6);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_batch_of_filtered_sources_is_each_sequence_alone(int rows, int channels) => CheckForward(Filter(channels), rows, FilterInputs(rows, channels));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_gradient_of_a_filtered_source_is_the_difference_quotient(int rows, int channels)
    {
        int bins = channels / 2;
        SpectralFilterNode node = Filter(channels);
        FloatTensor[] x = FilterInputs(rows, channels);
        FloatTensor dy = NodeRun.Normal(9, Sequences * rows, channels);
        FloatTensor[] before = [NodeRun.Normal(10, Sequences * rows, bins), NodeRun.Normal(11, Sequences * rows, bins), NodeRun.Normal(12, Sequences * rows, bins)];
        FloatTensor[] dx = [.. before.Select(g => new FloatTensor(g.Rows, g.Channels, [.. g.Data]))];
        Backward(node, Sequences, x, dy, [null, null, dx[0], dx[1], dx[2], null]);
        const double Step = 1e-5;
        for (int row = 0; row < dy.Rows; row++)
        {
            for (int k = 0; k < bins; k++)
            {
                for (int part = 0; part < 3; part++)
                {
                    double slope = (Weighted(x, dy, row, k, part, Step) - Weighted(x, dy, row, k, part, -Step)) / (2 * Step);
                    Assert.Equal(slope, (double)dx[part].Row(row)[k] - before[part].Row(row)[k], 1e-5 * (1 + Math.Abs(slope)));
                }
            }
        }
    }

    [Fact]
    public void Gradients_of_a_filter_may_be_wanted_in_part()
    {
        FloatTensor[] x = FilterInputs(8, 32);
        FloatTensor dy = NodeRun.Normal(9, Sequences * 8, 32);
        FloatTensor[] all = [.. Enumerable.Range(0, 3).Select(_ => new FloatTensor(Sequences * 8, 16))];
        Backward(Filter(32), Sequences, x, dy, [null, null, all[0], all[1], all[2], null]);
        for (int part = 0; part < 3; part++)
        {
            var dx = new FloatTensor?[6];
            dx[2 + part] = new FloatTensor(Sequences * 8, 16);
            Backward(Filter(32), Sequences, x, dy, dx);
            Assert.Equal(all[part].Data, dx[2 + part]!.Data);
        }
    }

    [Fact]
    public void A_gradient_by_the_sources_is_refused()
    {
        FloatTensor[] x = FilterInputs(8, 32);
        var dx = new FloatTensor?[6];
        dx[0] = new FloatTensor(Sequences * 8, 32);
        Assert.Throws<NotSupportedException>(() => Backward(Filter(32), Sequences, x, NodeRun.Normal(9, Sequences * 8, 32), dx));
    }

    [Theory]
    [InlineData(19, 32, 16, 0)]
    [InlineData(16, 32, 24, 1)]
    [InlineData(3, 30, 30, 2)]
    [InlineData(1, 16, 8, 0)]
    [InlineData(1, 16, 8, 3)]
    public void A_batch_of_inverse_transforms_is_each_sequence_alone(int rows, int transform, int window, int mute) =>
        CheckForward(Inverse(transform, window, mute), rows, [NodeRun.Normal(1, Sequences * rows, transform + 2)]);

    [Fact]
    public void Lengths_without_a_fast_transform_go_through_the_streaming_face_and_have_no_gradient()
    {
        Node node = Inverse(14, 8, 1);
        FloatTensor[] x = [NodeRun.Normal(1, Sequences * 5, 16)];
        CheckForward(node, 5, x);
        Assert.Throws<NotSupportedException>(() => Backward(node, Sequences, x, new FloatTensor(Sequences * 5, 4), [new FloatTensor(Sequences * 5, 16)]));
    }

    [Theory]
    [InlineData(19, 32, 16, 0)]
    [InlineData(16, 32, 24, 1)]
    [InlineData(3, 30, 30, 2)]
    [InlineData(1, 16, 8, 0)]
    [InlineData(1, 16, 8, 3)]
    public void The_gradient_of_an_inverse_transform_is_its_transposed_matrix(int rows, int transform, int window, int mute)
    {
        InverseStftNode node = Inverse(transform, window, mute);
        int hop = window / 2, offset = (transform - window) / 2;
        FloatTensor x = NodeRun.Normal(1, Sequences * rows, transform + 2), dy = NodeRun.Normal(2, Sequences * rows, hop), dx = NodeRun.Normal(3, Sequences * rows, transform + 2);
        double[] expected = [.. dx.Data];
        for (int row = 0; row < x.Rows; row++)
        {
            for (int i = 0; i < window && row % rows >= mute; i++)
            {
                int to = row + (i / hop);
                double g = to / rows == row / rows ? dy.Row(to)[i % hop] * (double)node.Window[i] / transform : 0;
                for (int k = 0; k <= transform / 2; k++)
                {
                    double angle = 2 * Math.PI * (offset + i) * k / transform;
                    bool edge = k == 0 || k == transform / 2;
                    expected[(row * x.Channels) + (2 * k)] += (edge ? 1 : 2) * g * Math.Cos(angle);
                    expected[(row * x.Channels) + (2 * k) + 1] -= edge ? 0 : 2 * g * Math.Sin(angle);
                }
            }
        }

        Backward(node, Sequences, [x], dy, [dx]);
        Close(expected, dx.Data, 1e-5);
    }

    // A pass serves step after step: the second one must not see what the first one left.
    private static void Backward(Node node, int sequences, FloatTensor[] inputs, FloatTensor dy, FloatTensor?[] dx)
    {
        FloatTensor[] values = [.. inputs.Select(x => NodeRun.Normal(77, x.Rows, x.Channels))];
        var gradients = new FloatTensor?[dx.Length];
        for (int i = 0; i < dx.Length; i++)
        {
            gradients[i] = dx[i] is { } g ? new FloatTensor(g.Rows, g.Channels) : null;
        }

        var given = NodeRun.Normal(78, dy.Rows, dy.Channels);
        var pass = new NodePass(sequences, values, NodeRun.Normal(79, dy.Rows, dy.Channels), given, gradients, [], new ManagedMatMul());
        node.ForwardBatch(pass);
        node.Backward(pass);
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i].Data.CopyTo(values[i].Data, 0);
            dx[i]?.Data.CopyTo(gradients[i]!.Data, 0);
        }

        dy.Data.CopyTo(given.Data, 0);
        node.ForwardBatch(pass);
        node.Backward(pass);
        for (int i = 0; i < inputs.Length; i++)
        {
            gradients[i]?.Data.CopyTo(dx[i]!.Data, 0);
        }
    }

    private static void CheckForward(Node node, int rows, FloatTensor[] inputs)
    {
        FloatTensor output = NodeRun.Normal(50, Sequences * rows, node.Shape.Channels);
        node.ForwardBatch(new NodePass(Sequences, inputs, output, null, new FloatTensor?[inputs.Length], [], new ManagedMatMul()));
        for (int s = 0; s < Sequences; s++)
        {
            (string, FloatTensor)[] alone = [.. inputs.Select((x, i) => (node.Inputs[i].Name, new FloatTensor(rows, x.Channels, x.Data.AsSpan(s * rows * x.Channels, rows * x.Channels).ToArray())))];
            NodeRun.Close(NodeRun.Whole(node, alone).Data, output.Data.AsSpan(s * rows * output.Channels, rows * output.Channels), 3e-6);
        }
    }

    private static KnotsNode Knots(int channels, int values) => new(
        "y",
        new InputNode("x", 1, channels),
        [.. Enumerable.Range(0, values).Select(k => (k * 5 / 3) % (channels - 1))],
        [.. Enumerable.Range(0, values).Select(k => k * 0.37f % 1)]);

    private static InverseStftNode Inverse(int transform, int window, int mute) => new("y", new InputNode("x", 1, transform + 2), NodeRun.Normal(5, window), mute);

    private static SpectralFilterNode Filter(int channels)
    {
        var half = channels / 2;
        return new SpectralFilterNode(
            "y", new InputNode("h", 1, channels), new InputNode("n", 1, channels), new InputNode("a", 1, half), new InputNode("b", 1, half), new InputNode("p", 1, half), new InputNode("v", 1, 1));
    }

    private static FloatTensor[] FilterInputs(int rows, int channels)
    {
        int all = Sequences * rows, half = channels / 2;
        return
        [
            NodeRun.Normal(1, all, channels, 0.3), NodeRun.Normal(2, all, channels, 0.3), NodeRun.Normal(3, all, half, 0.5), NodeRun.Normal(4, all, half, 0.5), NodeRun.Normal(5, all, half, 3),
            new FloatTensor(all, 1, [.. Enumerable.Range(0, all).Select(r => r % 3 - 1f)]),
        ];
    }

    // Bin k of a row of the filter's value, times its gradient: the part of the loss that the bin's own exponents change. Part 0 moves the harmonic gain, 1 the noise gain, 2 the phase.
    private static double Weighted(FloatTensor[] x, FloatTensor dy, int row, int k, int part, double step)
    {
        Complex y = new Complex(x[1].Row(row)[2 * k], x[1].Row(row)[(2 * k) + 1]) * Math.Exp(x[3].Row(row)[k] + (part == 1 ? step : 0));
        if (x[5].Data[row] > 0)
        {
            var exponent = new Complex(x[2].Row(row)[k] + (part == 0 ? step : 0), x[4].Row(row)[k] + (part == 2 ? step : 0));
            y += new Complex(x[0].Row(row)[2 * k], x[0].Row(row)[(2 * k) + 1]) * Complex.Exp(exponent);
        }

        bool edge = k == 0 || k == (dy.Channels / 2) - 1;
        return (y.Real * dy.Row(row)[2 * k]) + (edge ? 0 : y.Imaginary * dy.Row(row)[(2 * k) + 1]);
    }

    private static void Close(double[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance);
        }
    }
}
