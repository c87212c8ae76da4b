using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>Some consecutive channels, clipped to a range: y = clip(x[offset .. offset + count - 1], low, high).</summary>
public sealed class SliceNode : Node
{
    /// <summary>Creates the node.</summary>
    public SliceNode(string name, Node input, int offset, int count, float low = float.NegativeInfinity, float high = float.PositiveInfinity)
        : base(name, [input], new TensorShape(input.Shape.Rows, count))
    {
        Require(offset >= 0 && count >= 1 && offset <= input.Shape.Channels - count, $"takes channels {offset}..{offset + count - 1} of {input.Shape.Channels}");
        Require(low <= high, $"clips to the empty range {low}..{high}");
        (Offset, Low, High) = (offset, low, high);
    }

    /// <summary>First channel.</summary>
    public int Offset { get; }

    /// <summary>Lower limit.</summary>
    public float Low { get; }

    /// <summary>Upper limit.</summary>
    public float High { get; }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        for (int row = 0; row < output.Rows; row++)
        {
            ReadOnlySpan<float> x = inputs[0].Row(row).Slice(Offset, Shape.Channels);
            Span<float> y = output.Row(row);
            TensorPrimitives.Clamp(x, Low, High, y);
        }
    }

    /// <inheritdoc/>
    public override void ForwardBatch(NodePass pass) => Forward(pass.Inputs, pass.Output, null, pass.MatMul);

    /// <inheritdoc/>
    /// <remarks>Values at a limit pass the gradient, values beyond it do not.</remarks>
    public override void Backward(NodePass pass)
    {
        if (pass.InputGradients[0] is not { } gradient)
        {
            return;
        }

        for (int row = 0; row < pass.Output.Rows; row++)
        {
            ReadOnlySpan<float> x = pass.Inputs[0].Row(row).Slice(Offset, Shape.Channels), dy = pass.OutputGradient!.Row(row);
            Span<float> dx = gradient.Row(row).Slice(Offset, Shape.Channels);
            for (int i = 0; i < x.Length; i++)
            {
                dx[i] += x[i] >= Low && x[i] <= High ? dy[i] : 0;
            }
        }
    }
}
