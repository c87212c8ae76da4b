using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>Sum of two values of the same shape (a residual connection).</summary>
public sealed class AddNode : Node
{
    /// <summary>Creates the node.</summary>
    public AddNode(string name, Node left, Node right)
        : base(name, [left, right], left.Shape) =>
        Require(left.Shape == right.Shape, $"adds {left.Shape} and {right.Shape}");

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul) =>
        TensorPrimitives.Add(inputs[0].Data, inputs[1].Data, output.Data);

    /// <inheritdoc/>
    public override void ForwardBatch(NodePass pass) => TensorPrimitives.Add(pass.Inputs[0].Data, pass.Inputs[1].Data, pass.Output.Data);

    /// <inheritdoc/>
    public override void Backward(NodePass pass)
    {
        foreach (FloatTensor? gradient in pass.InputGradients)
        {
            if (gradient is not null)
            {
                TensorPrimitives.Add(gradient.Data, pass.OutputGradient!.Data, gradient.Data);
            }
        }
    }
}
