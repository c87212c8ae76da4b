using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>Natural logarithm with a floor: y = ln(max(x, floor)), such as that of a mel magnitude.</summary>
public sealed class LogNode : Node
{
    /// <summary>Creates the node.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="input">[rows, channels].</param>
    /// <param name="floor">Least value before the logarithm, greater than zero.</param>
    /// <exception cref="GraphException">The floor is not a positive finite number.</exception>
    public LogNode(string name, Node input, float floor)
        : base(name, [input], input.Shape)
    {
        Require(floor > 0 && float.IsFinite(floor), $"floor {floor} must be positive and finite");
        Floor = floor;
    }

    /// <summary>Least value before the logarithm.</summary>
    public float Floor { get; }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        ReadOnlySpan<float> x = inputs[0].Data;
        Span<float> y = output.Data;
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = MathF.Log(MathF.Max(x[i], Floor));
        }
    }
}
