using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>Linear interpolation between knots: y[k] = x[index[k]] * (1 - weight[k]) + x[index[k] + 1] * weight[k].</summary>
public sealed class KnotsNode : Node
{
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
}
