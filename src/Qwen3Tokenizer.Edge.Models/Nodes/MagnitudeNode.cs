using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>Magnitude of complex values: [rows, 2 n] interleaved to [rows, n].</summary>
public sealed class MagnitudeNode : Node
{
    /// <summary>Creates the node.</summary>
    public MagnitudeNode(string name, Node complex)
        : base(name, [complex], new TensorShape(complex.Shape.Rows, Math.Max(1, complex.Shape.Channels / 2))) =>
        Require(complex.Shape.Channels % 2 == 0, $"has {complex.Shape.Channels} channels, complex values come in pairs");

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        ReadOnlySpan<float> x = inputs[0].Data;
        for (int i = 0; i < output.Data.Length; i++)
        {
            output.Data[i] = (float)Math.Sqrt(((double)x[2 * i] * x[2 * i]) + ((double)x[(2 * i) + 1] * x[(2 * i) + 1]));
        }
    }
}
