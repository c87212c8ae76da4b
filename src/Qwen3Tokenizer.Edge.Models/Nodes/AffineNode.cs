using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>y = (x - offset) * gain for every channel: normalization by fixed statistics, or a layer scale.</summary>
public sealed class AffineNode : Node
{
    /// <summary>Creates the node.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="input">[rows, channels].</param>
    /// <param name="offset">[channels].</param>
    /// <param name="gain">[channels].</param>
    public AffineNode(string name, Node input, float[] offset, float[] gain)
        : base(name, [input], input.Shape)
    {
        Require(offset.Length == input.Shape.Channels && gain.Length == input.Shape.Channels, $"has {offset.Length} offsets and {gain.Length} gains for {input.Shape.Channels} channels");
        (Offset, Gain) = (offset, gain);
    }

    /// <summary>[channels].</summary>
    public float[] Offset { get; }

    /// <summary>[channels].</summary>
    public float[] Gain { get; }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        for (int row = 0; row < output.Rows; row++)
        {
            TensorPrimitives.Subtract(inputs[0].Row(row), Offset, output.Row(row));
            TensorPrimitives.Multiply(output.Row(row), Gain, output.Row(row));
        }
    }

    /// <inheritdoc/>
    public override void ForwardBatch(NodePass pass) => Forward(pass.Inputs, pass.Output, null, pass.MatMul);

    /// <inheritdoc/>
    /// <remarks>Offset and gain are statistics, not weights: they have no gradients.</remarks>
    public override void Backward(NodePass pass)
    {
        for (int row = 0; pass.InputGradients[0] is { } dx && row < dx.Rows; row++)
        {
            TensorPrimitives.FusedMultiplyAdd(pass.OutputGradient!.Row(row), Gain, dx.Row(row), dx.Row(row));
        }
    }
}
