namespace Qwen3Tokenizer.Edge.Models.Graphs;

/// <summary>
/// Dense matrix products, the one part of the graph that is worth a fast library. A stream gives the same bits in every split only if a row's result depends on that row alone,
/// not on the number of rows or their addresses: <see cref="ManagedMatMul"/> keeps this promise, a general library may not.
/// </summary>
public interface IMatMul
{
    /// <summary>y[r, o] = bias[o] + sum_i x[r, i] * weight[o, i].</summary>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[outputs], or empty for none.</param>
    /// <param name="y">[rows, outputs].</param>
    void Multiply(ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y);
}
