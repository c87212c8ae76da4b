using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>A value that comes from outside: samples (rows of hop samples, PCM16 / 32768) or codes (one row of codes a frame, -1 for an absent layer).</summary>
public sealed class InputNode(string name, int rows, int channels) : Node(name, [], new TensorShape(rows, channels))
{
    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul) =>
        throw new InvalidOperationException($"Input '{Name}' is given, not computed.");
}
