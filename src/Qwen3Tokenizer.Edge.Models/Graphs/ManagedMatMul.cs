using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Qwen3Tokenizer.Edge.Models.Graphs;

/// <summary>
/// Matrix products with 256-bit vectors, two rows by four outputs at a time. Every result is the sum of its own row in one fixed order
/// (<see cref="FixedOrder"/>), so any split of a signal gives the same bits.
/// </summary>
public sealed class ManagedMatMul : IMatMul
{
    /// <summary>The shared instance; it has no state.</summary>
    public static ManagedMatMul Instance { get; } = new();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The lengths do not fit <paramref name="rows"/> and each other.</exception>
    public void Multiply(ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y)
    {
        if (rows == 0)
        {
            return;
        }

        int inputs = x.Length / rows, outputs = y.Length / rows;
        if (x.Length != rows * inputs || y.Length != rows * outputs || weight.Length != (long)outputs * inputs || (!bias.IsEmpty && bias.Length != outputs))
        {
            throw new ArgumentException($"{rows} rows, {x.Length} inputs, {weight.Length} weights, {bias.Length} biases and {y.Length} outputs do not fit together.", nameof(rows));
        }

        // Four weight rows serve all input rows while they are in the cache.
        int o = 0;
        for (; o + 4 <= outputs; o += 4)
        {
            ReadOnlySpan<float> w = weight.Slice(o * inputs, 4 * inputs);
            ReadOnlySpan<float> b = bias.IsEmpty ? [0f, 0f, 0f, 0f] : bias.Slice(o, 4);
            int r = 0;
            for (; r + 2 <= rows; r += 2)
            {
                TwoByFour(x.Slice(r * inputs, 2 * inputs), w, b, y.Slice((r * outputs) + o, 4), y.Slice(((r + 1) * outputs) + o, 4));
            }

            if (r < rows)
            {
                OneByFour(x.Slice(r * inputs, inputs), w, b, y.Slice((r * outputs) + o, 4));
            }
        }

        for (; o < outputs; o++)
        {
            ReadOnlySpan<float> w = weight.Slice(o * inputs, inputs);
            float b = bias.IsEmpty ? 0f : bias[o];
            for (int r = 0; r < rows; r++)
            {
                y[(r * outputs) + o] = b + FixedOrder.Dot(x.Slice(r * inputs, inputs), w);
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The lengths do not fit <paramref name="rows"/> and each other.</exception>
    public void AddInputGradient(ReadOnlySpan<float> dy, int rows, ReadOnlySpan<float> weight, Span<float> dx)
    {
        (int inputs, int outputs) = Sizes(dx, rows, dy, weight);
        for (int r = 0; r < rows; r++)
        {
            Span<float> row = dx.Slice(r * inputs, inputs);
            for (int o = 0; o < outputs; o++)
            {
                TensorPrimitives.FusedMultiplyAdd(weight.Slice(o * inputs, inputs), dy[(r * outputs) + o], row, row);
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The lengths do not fit <paramref name="rows"/> and each other.</exception>
    public void AddWeightGradient(ReadOnlySpan<float> dy, int rows, ReadOnlySpan<float> x, Span<float> dw)
    {
        (int inputs, int outputs) = Sizes(x, rows, dy, dw);
        for (int o = 0; o < outputs; o++)
        {
            Span<float> row = dw.Slice(o * inputs, inputs);
            for (int r = 0; r < rows; r++)
            {
                TensorPrimitives.FusedMultiplyAdd(x.Slice(r * inputs, inputs), dy[(r * outputs) + o], row, row);
            }
        }
    }

    private static (int Inputs, int Outputs) Sizes(ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> y, ReadOnlySpan<float> weight)
    {
        int inputs = x.Length / Math.Max(rows, 1), outputs = y.Length / Math.Max(rows, 1);
        return x.Length == rows * inputs && y.Length == rows * outputs && weight.Length == (long)outputs * inputs
            ? (inputs, outputs)
            : throw new ArgumentException($"{rows} rows, {x.Length} inputs, {weight.Length} weights and {y.Length} outputs do not fit together.", nameof(rows));
    }

    private static void TwoByFour(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> bias, Span<float> first, Span<float> second)
    {
        int inputs = x.Length / 2, whole = inputs - (inputs % FixedOrder.Lanes);
        ref float x0 = ref MemoryMarshal.GetReference(x), w0 = ref MemoryMarshal.GetReference(w);
        Vector256<float> s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        for (int i = 0; i < whole; i += FixedOrder.Lanes)
        {
            Vector256<float> a = FixedOrder.Load(ref x0, i), b = FixedOrder.Load(ref x0, inputs + i);
            Vector256<float> v = FixedOrder.Load(ref w0, i);
            s00 = FixedOrder.MultiplyAdd(a, v, s00);
            s10 = FixedOrder.MultiplyAdd(b, v, s10);
            v = FixedOrder.Load(ref w0, inputs + i);
            s01 = FixedOrder.MultiplyAdd(a, v, s01);
            s11 = FixedOrder.MultiplyAdd(b, v, s11);
            v = FixedOrder.Load(ref w0, (2 * inputs) + i);
            s02 = FixedOrder.MultiplyAdd(a, v, s02);
            s12 = FixedOrder.MultiplyAdd(b, v, s12);
            v = FixedOrder.Load(ref w0, (3 * inputs) + i);
            s03 = FixedOrder.MultiplyAdd(a, v, s03);
            s13 = FixedOrder.MultiplyAdd(b, v, s13);
        }

        Finish(x[..inputs], w, bias, whole, s00, s01, s02, s03, first);
        Finish(x[inputs..], w, bias, whole, s10, s11, s12, s13, second);
    }

    private static void OneByFour(ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> bias, Span<float> y)
    {
        int inputs = x.Length, whole = inputs - (inputs % FixedOrder.Lanes);
        ref float x0 = ref MemoryMarshal.GetReference(x), w0 = ref MemoryMarshal.GetReference(w);
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (int i = 0; i < whole; i += FixedOrder.Lanes)
        {
            Vector256<float> a = FixedOrder.Load(ref x0, i);
            s0 = FixedOrder.MultiplyAdd(a, FixedOrder.Load(ref w0, i), s0);
            s1 = FixedOrder.MultiplyAdd(a, FixedOrder.Load(ref w0, inputs + i), s1);
            s2 = FixedOrder.MultiplyAdd(a, FixedOrder.Load(ref w0, (2 * inputs) + i), s2);
            s3 = FixedOrder.MultiplyAdd(a, FixedOrder.Load(ref w0, (3 * inputs) + i), s3);
        }

        Finish(x, w, bias, whole, s0, s1, s2, s3, y);
    }

    private static void Finish(
        ReadOnlySpan<float> x, ReadOnlySpan<float> w, ReadOnlySpan<float> bias, int whole, Vector256<float> s0, Vector256<float> s1, Vector256<float> s2, Vector256<float> s3, Span<float> y)
    {
        int n = x.Length;
        y[0] = bias[0] + FixedOrder.Finish(s0, x, w[..n], whole);
        y[1] = bias[1] + FixedOrder.Finish(s1, x, w.Slice(n, n), whole);
        y[2] = bias[2] + FixedOrder.Finish(s2, x, w.Slice(2 * n, n), whole);
        y[3] = bias[3] + FixedOrder.Finish(s3, x, w.Slice(3 * n, n), whole);
    }
}
