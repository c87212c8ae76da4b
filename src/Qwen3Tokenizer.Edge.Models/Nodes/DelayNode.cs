using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>The value of some rows ago; zeros before the start.</summary>
public sealed class DelayNode : Node
{
    /// <summary>Creates the node.</summary>
    public DelayNode(string name, Node input, int delay)
        : base(name, [input], input.Shape)
    {
        Require(delay >= 1, $"delay {delay} must be at least 1");
        Delay = delay;
    }

    /// <summary>Rows.</summary>
    public int Delay { get; }

    /// <inheritdoc/>
    public override object CreateState() => new RowHistory(Delay, Shape.Channels);

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul) =>
        ((RowHistory)state!).Extend(inputs[0]).AsSpan(0, output.Data.Length).CopyTo(output.Data);
}
