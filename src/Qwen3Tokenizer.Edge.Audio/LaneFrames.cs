using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>Between rows, which may overlap in memory, and the structure of arrays of <see cref="LaneFft"/>: value i of row l lies at <c>stride l + i</c> and at <c>8 i + l</c>.</summary>
public static class LaneFrames
{
    /// <summary>Gathers up to eight rows; lanes without a row are zero.</summary>
    /// <param name="x">From the first row's first value.</param>
    /// <param name="stride">Values from row to row, at least 0.</param>
    /// <param name="rows">Number of rows, 1 to 8.</param>
    /// <param name="count">Values of a row, at least 1.</param>
    /// <param name="lanes">Receives 8 <paramref name="count"/> values.</param>
    /// <exception cref="ArgumentOutOfRangeException">Rows, values and spans do not fit together.</exception>
    public static void Gather(ReadOnlySpan<float> x, int stride, int rows, int count, Span<float> lanes)
    {
        Check(x.Length, stride, rows, count, lanes.Length);
        ref float from = ref MemoryMarshal.GetReference(x);
        ref float to = ref MemoryMarshal.GetReference(lanes);
        int i = 0;
        if (rows < LaneFft.Lanes)
            lanes[..(LaneFft.Lanes * count)].Clear();
        else if (Avx.IsSupported)
        {
            for (; i <= count - LaneFft.Lanes; i += LaneFft.Lanes)
                Transpose(ref Unsafe.Add(ref from, i), stride, ref Unsafe.Add(ref to, LaneFft.Lanes * i), LaneFft.Lanes);
        }

        for (; i < count; i++)
        {
            for (int l = 0; l < rows; l++)
                Unsafe.Add(ref to, (LaneFft.Lanes * i) + l) = Unsafe.Add(ref from, (stride * l) + i);
        }
    }

    /// <summary>The way back: writes up to eight rows.</summary>
    /// <param name="lanes">8 <paramref name="count"/> values.</param>
    /// <param name="x">From the first row's first value.</param>
    /// <param name="stride">Values from row to row; rows must not overlap.</param>
    /// <param name="rows">Number of rows, 1 to 8.</param>
    /// <param name="count">Values of a row, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Rows, values and spans do not fit together.</exception>
    public static void Scatter(ReadOnlySpan<float> lanes, Span<float> x, int stride, int rows, int count)
    {
        Check(x.Length, stride, rows, count, lanes.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, rows > 1 ? count : 0);
        ref float from = ref MemoryMarshal.GetReference(lanes);
        ref float to = ref MemoryMarshal.GetReference(x);
        int i = 0;
        if (rows == LaneFft.Lanes && Avx.IsSupported)
        {
            for (; i <= count - LaneFft.Lanes; i += LaneFft.Lanes)
                Transpose(ref Unsafe.Add(ref from, LaneFft.Lanes * i), LaneFft.Lanes, ref Unsafe.Add(ref to, i), stride);
        }

        for (; i < count; i++)
        {
            for (int l = 0; l < rows; l++)
                Unsafe.Add(ref to, (stride * l) + i) = Unsafe.Add(ref from, (LaneFft.Lanes * i) + l);
        }
    }

    // An 8 x 8 block: pairs of rows are interleaved, then pairs of pairs, then the halves of the registers change places.
    private static void Transpose(ref float from, int fromStride, ref float to, int toStride)
    {
        Vector256<float> r0 = Row(ref from, 0), r1 = Row(ref from, fromStride), r2 = Row(ref from, 2 * fromStride), r3 = Row(ref from, 3 * fromStride);
        Vector256<float> r4 = Row(ref from, 4 * fromStride), r5 = Row(ref from, 5 * fromStride), r6 = Row(ref from, 6 * fromStride), r7 = Row(ref from, 7 * fromStride);
        Vector256<float> a0 = Avx.UnpackLow(r0, r1), a1 = Avx.UnpackHigh(r0, r1), a2 = Avx.UnpackLow(r2, r3), a3 = Avx.UnpackHigh(r2, r3);
        Vector256<float> a4 = Avx.UnpackLow(r4, r5), a5 = Avx.UnpackHigh(r4, r5), a6 = Avx.UnpackLow(r6, r7), a7 = Avx.UnpackHigh(r6, r7);
        Vector256<float> b0 = Avx.Shuffle(a0, a2, 0x44), b1 = Avx.Shuffle(a0, a2, 0xEE), b2 = Avx.Shuffle(a1, a3, 0x44), b3 = Avx.Shuffle(a1, a3, 0xEE);
        Vector256<float> b4 = Avx.Shuffle(a4, a6, 0x44), b5 = Avx.Shuffle(a4, a6, 0xEE), b6 = Avx.Shuffle(a5, a7, 0x44), b7 = Avx.Shuffle(a5, a7, 0xEE);
        Avx.Permute2x128(b0, b4, 0x20).StoreUnsafe(ref to);
        Avx.Permute2x128(b1, b5, 0x20).StoreUnsafe(ref to, (nuint)toStride);
        Avx.Permute2x128(b2, b6, 0x20).StoreUnsafe(ref to, (nuint)(2 * toStride));
        Avx.Permute2x128(b3, b7, 0x20).StoreUnsafe(ref to, (nuint)(3 * toStride));
        Avx.Permute2x128(b0, b4, 0x31).StoreUnsafe(ref to, (nuint)(4 * toStride));
        Avx.Permute2x128(b1, b5, 0x31).StoreUnsafe(ref to, (nuint)(5 * toStride));
        Avx.Permute2x128(b2, b6, 0x31).StoreUnsafe(ref to, (nuint)(6 * toStride));
        Avx.Permute2x128(b3, b7, 0x31).StoreUnsafe(ref to, (nuint)(7 * toStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Row(ref float start, int offset) => Vector256.LoadUnsafe(ref start, (nuint)offset);

    private static void Check(int available, int stride, int rows, int count, int lanes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, LaneFft.Lanes);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)LaneFft.Lanes * count, lanes, nameof(lanes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(((long)stride * (rows - 1)) + count, available, nameof(count));
    }
}
