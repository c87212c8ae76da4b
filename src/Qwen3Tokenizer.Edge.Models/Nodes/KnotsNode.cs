using System.Runtime.Intrinsics;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>Linear interpolation between knots: y[k] = x[index[k]] * (1 - weight[k]) + x[index[k] + 1] * weight[k].</summary>
public sealed class KnotsNode : Node
{
    private const int Lanes = LaneFft.Lanes;

    /// <summary>Creates the node.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="input">[rows, knots].</param>
    /// <param name="index">Left knot of every result, 0..knots-2.</param>
    /// <param name="weight">Weight of the right knot, 0..1.</param>
    public KnotsNode(string name, Node input, int[] index, float[] weight)
        : base(name, [input], new TensorShape(input.Shape.Rows, index.Length))
    {
        Require(index.Length == weight.Length, $"has {index.Length} indices and {weight.Length} weights");
        Require(index.All(i => i >= 0 && i < input.Shape.Channels - 1), $"has an index outside 0..{input.Shape.Channels - 2}");
        Require(weight.All(w => w is >= 0 and <= 1), "has a weight outside 0..1");
        (Index, Weight) = (index, weight);
    }

    /// <summary>Left knot of every result.</summary>
    public int[] Index { get; }

    /// <summary>Weight of the right knot.</summary>
    public float[] Weight { get; }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        for (int row = 0; row < output.Rows; row++)
        {
            ReadOnlySpan<float> x = inputs[0].Row(row);
            Span<float> y = output.Row(row);
            for (int k = 0; k < y.Length; k++)
            {
                double left = x[Index[k]];
                y[k] = (float)(left + ((x[Index[k] + 1] - left) * Weight[k]));
            }
        }
    }

    /// <inheritdoc/>
    public override void ForwardBatch(NodePass pass)
    {
        FloatTensor x = pass.Inputs[0], y = pass.Output;
        Span<float> knots = pass.Scratch(0, Lanes * x.Channels), values = pass.Scratch(1, Lanes * y.Channels);
        for (int row = 0; row < y.Rows; row += Lanes)
        {
            int rows = Math.Min(Lanes, y.Rows - row);
            LaneFrames.Gather(x.Data.AsSpan(row * x.Channels), x.Channels, rows, x.Channels, knots);
            for (int k = 0; k < Index.Length; k++)
            {
                Vector256<float> left = At(knots, Index[k]);
                Vector256.FusedMultiplyAdd(At(knots, Index[k] + 1) - left, Vector256.Create(Weight[k]), left).CopyTo(values[(Lanes * k)..]);
            }

            LaneFrames.Scatter(values, y.Data.AsSpan(row * y.Channels), y.Channels, rows, y.Channels);
        }
    }

    /// <inheritdoc/>
    public override void Backward(NodePass pass)
    {
        if (pass.InputGradients[0] is not { } dx)
        {
            return;
        }

        FloatTensor dy = pass.OutputGradient!;
        Span<float> knots = pass.Scratch(0, Lanes * dx.Channels), values = pass.Scratch(1, Lanes * dy.Channels);
        for (int row = 0; row < dy.Rows; row += Lanes)
        {
            int rows = Math.Min(Lanes, dy.Rows - row);
            LaneFrames.Gather(dx.Data.AsSpan(row * dx.Channels), dx.Channels, rows, dx.Channels, knots);
            LaneFrames.Gather(dy.Data.AsSpan(row * dy.Channels), dy.Channels, rows, dy.Channels, values);
            for (int k = 0; k < Index.Length; k++)
            {
                Vector256<float> whole = At(values, k), right = whole * Vector256.Create(Weight[k]);
                (At(knots, Index[k]) + (whole - right)).CopyTo(knots[(Lanes * Index[k])..]);
                (At(knots, Index[k] + 1) + right).CopyTo(knots[(Lanes * (Index[k] + 1))..]);
            }

            LaneFrames.Scatter(knots, dx.Data.AsSpan(row * dx.Channels), dx.Channels, rows, dx.Channels);
        }
    }

    private static Vector256<float> At(ReadOnlySpan<float> lanes, int index) => Vector256.Create(lanes[(Lanes * index)..]);
}
