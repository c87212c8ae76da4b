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

    /// <summary>Gradient by the inputs: dx[r, i] += sum_o dy[r, o] * weight[o, i].</summary>
    /// <param name="dy">[rows, outputs].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="dx">[rows, inputs], added to.</param>
    void AddInputGradient(ReadOnlySpan<float> dy, int rows, ReadOnlySpan<float> weight, Span<float> dx);

    /// <summary>Gradient by the weights: dw[o, i] += sum_r dy[r, o] * x[r, i].</summary>
    /// <param name="dy">[rows, outputs].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="dw">[outputs, inputs], added to.</param>
    void AddWeightGradient(ReadOnlySpan<float> dy, int rows, ReadOnlySpan<float> x, Span<float> dw);
}
