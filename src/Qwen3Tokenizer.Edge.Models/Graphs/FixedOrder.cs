using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Qwen3Tokenizer.Edge.Models.Graphs;

/// <summary>
/// Sums whose order of additions depends on the length only: the same bits on every machine, in every split and wherever the values lie. The sums of TensorPrimitives leave their order open: it follows
/// the width of the processor's vectors and the alignment of the array.
/// </summary>
public static class FixedOrder
{
    /// <summary>Lanes that are summed side by side: element i belongs to lane i mod 8.</summary>
    public const int Lanes = 8;

    // Products that are summed in single precision before they join the sum in double.
    private const int Block = 4096;

    /// <summary>sum_i x[i] * y[i] over the length of <paramref name="x"/>.</summary>
    public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        y = y[..x.Length];
        ref float a = ref MemoryMarshal.GetReference(x), b = ref MemoryMarshal.GetReference(y);
        int whole = x.Length - (x.Length % Lanes);
        Vector256<float> sum = Vector256<float>.Zero;
        for (int i = 0; i < whole; i += Lanes)
        {
            sum = MultiplyAdd(Load(ref a, i), Load(ref b, i), sum);
        }

        return Finish(sum, x, y, whole);
    }

    /// <summary>sum_i x[i].</summary>
    public static float Sum(ReadOnlySpan<float> x)
    {
        ref float a = ref MemoryMarshal.GetReference(x);
        int whole = x.Length - (x.Length % Lanes);
        Vector256<float> lanes = Vector256<float>.Zero;
        for (int i = 0; i < whole; i += Lanes)
        {
            lanes += Load(ref a, i);
        }

        float sum = Sum(lanes);
        for (int i = whole; i < x.Length; i++)
        {
            sum += x[i];
        }

        return sum;
    }

    /// <summary>Sum of eight lanes.</summary>
    public static float Sum(Vector256<float> lanes)
    {
        Vector128<float> four = lanes.GetLower() + lanes.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    /// <summary>sum_i x[i]^2 of any number of values: in single precision over blocks, whose sums are added in double.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> x)
    {
        double sum = 0;
        for (int start = 0; start < x.Length; start += Block)
        {
            ReadOnlySpan<float> block = x.Slice(start, Math.Min(Block, x.Length - start));
            sum += Dot(block, block);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Load(ref float start, int offset) => Vector256.LoadUnsafe(ref start, (nuint)offset);

    // Fused, not estimated: the same bits on every machine, at every tier of the compiler.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> MultiplyAdd(Vector256<float> x, Vector256<float> y, Vector256<float> sum) => Vector256.FusedMultiplyAdd(x, y, sum);

    /// <summary>Sum of the lanes, then of what is left behind <paramref name="whole"/>, in order.</summary>
    internal static float Finish(Vector256<float> lanes, ReadOnlySpan<float> x, ReadOnlySpan<float> y, int whole)
    {
        float sum = Sum(lanes);
        for (int i = whole; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }
}
