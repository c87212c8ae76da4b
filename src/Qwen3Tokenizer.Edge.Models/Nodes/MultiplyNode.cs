using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>Product, value by value, of two values of the same shape (a gate, as in SwiGLU: Shazeer 2020).</summary>
public sealed class MultiplyNode : Node
{
    /// <summary>Creates the node.</summary>
    /// <exception cref="GraphException">The shapes differ.</exception>
    public MultiplyNode(string name, Node left, Node right)
        : base(name, [left, right], left.Shape) =>
        Require(left.Shape == right.Shape, $"multiplies {left.Shape} and {right.Shape}");

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul) =>
        TensorPrimitives.Multiply(inputs[0].Data, inputs[1].Data, output.Data);
}
