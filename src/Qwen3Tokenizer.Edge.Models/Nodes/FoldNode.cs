using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>Reads the same values as rows of another length: joins consecutive rows (oldest first) or splits a row into consecutive ones.</summary>
public sealed class FoldNode : Node
{
    /// <summary>Creates the node.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="input">[rows, channels].</param>
    /// <param name="rows">Rows per frame of the result; rows * channels must stay the same.</param>
    public FoldNode(string name, Node input, int rows)
        : base(name, [input], new TensorShape(rows, Math.Max(1, input.Shape.Rows * input.Shape.Channels / Math.Max(1, rows)))) =>
        Require(Shape.Rows * Shape.Channels == input.Shape.Rows * input.Shape.Channels, $"cannot fold {input.Shape} into {rows} rows");

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul) =>
        inputs[0].Data.CopyTo(output.Data, 0);

    /// <inheritdoc/>
    public override void ForwardBatch(NodePass pass) => pass.Inputs[0].Data.CopyTo(pass.Output.Data, 0);

    /// <inheritdoc/>
    public override void Backward(NodePass pass)
    {
        if (pass.InputGradients[0] is { } dx)
        {
            TensorPrimitives.Add(dx.Data, pass.OutputGradient!.Data, dx.Data);
        }
    }
}
