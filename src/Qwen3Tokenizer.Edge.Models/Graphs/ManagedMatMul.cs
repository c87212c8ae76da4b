using System.Numerics.Tensors;

namespace Qwen3Tokenizer.Edge.Models.Graphs;

/// <summary>Matrix products with the vector instructions of System.Numerics.Tensors. Each result depends on its own row only, so any split of a signal gives the same bits.</summary>
public sealed class ManagedMatMul : IMatMul
{
    /// <summary>The shared instance; it has no state.</summary>
    public static ManagedMatMul Instance { get; } = new();

    /// <inheritdoc/>
    public void Multiply(ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y)
    {
        if (rows == 0)
        {
            return;
        }

        int inputs = x.Length / rows, outputs = y.Length / rows;
        for (int o = 0; o < outputs; o++)
        {
            // One weight row serves all input rows while it is in the cache.
            ReadOnlySpan<float> w = weight.Slice(o * inputs, inputs);
            float b = bias.IsEmpty ? 0f : bias[o];
            for (int r = 0; r < rows; r++)
            {
                y[(r * outputs) + o] = b + TensorPrimitives.Dot(w, x.Slice(r * inputs, inputs));
            }
        }
    }
}
