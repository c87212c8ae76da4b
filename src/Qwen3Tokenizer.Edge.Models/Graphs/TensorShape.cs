namespace Qwen3Tokenizer.Edge.Models.Graphs;

/// <summary>Shape of a value in a graph: every frame (80 ms) adds <paramref name="Rows"/> rows of <paramref name="Channels"/> values.</summary>
/// <param name="Rows">Rows per frame, at least 1: 1 is 12.5 Hz, 4 is 50 Hz.</param>
/// <param name="Channels">Values in a row, at least 1.</param>
public readonly record struct TensorShape(int Rows, int Channels)
{
    /// <inheritdoc/>
    public override string ToString() => $"[{Rows} a frame, {Channels}]";
}
