using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>Eight complex numbers, one a lane.</summary>
internal readonly struct LaneComplex(Vector256<float> re, Vector256<float> im)
{
    /// <summary>Floats that a point takes in memory: eight real parts, then eight imaginary ones.</summary>
    public const int Floats = 16;

    public readonly Vector256<float> Re = re;
    public readonly Vector256<float> Im = im;

    /// <summary>Point <paramref name="index"/>. <paramref name="swap"/> = 8 exchanges real and imaginary parts, 0 does not: the inverse transform is the forward one of exchanged parts, exchanged again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneComplex Load(ref float start, int index, nuint swap)
    {
        nuint at = (nuint)(uint)index * Floats;
        return new LaneComplex(Vector256.LoadUnsafe(ref start, at + swap), Vector256.LoadUnsafe(ref start, at + (8 - swap)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float start, int index, nuint swap)
    {
        nuint at = (nuint)(uint)index * Floats;
        Re.StoreUnsafe(ref start, at + swap);
        Im.StoreUnsafe(ref start, at + (8 - swap));
    }

    /// <summary>Product with the same number <c>cos + j sin</c> in every lane; fused, so that every machine gives the same bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LaneComplex Times(float cos, float sin)
    {
        Vector256<float> c = Vector256.Create(cos), s = Vector256.Create(sin);
        return new LaneComplex(Vector256.FusedMultiplyAdd(-Im, s, Re * c), Vector256.FusedMultiplyAdd(Re, s, Im * c));
    }

    /// <summary>This plus <paramref name="factor"/> times <paramref name="other"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LaneComplex Plus(float factor, LaneComplex other)
    {
        Vector256<float> f = Vector256.Create(factor);
        return new LaneComplex(Vector256.FusedMultiplyAdd(f, other.Re, Re), Vector256.FusedMultiplyAdd(f, other.Im, Im));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneComplex operator +(LaneComplex a, LaneComplex b) => new(a.Re + b.Re, a.Im + b.Im);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneComplex operator -(LaneComplex a, LaneComplex b) => new(a.Re - b.Re, a.Im - b.Im);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneComplex operator *(float factor, LaneComplex a)
    {
        Vector256<float> f = Vector256.Create(factor);
        return new LaneComplex(f * a.Re, f * a.Im);
    }

    /// <summary>a - j b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneComplex MinusTurned(LaneComplex a, LaneComplex b) => new(a.Re + b.Im, a.Im - b.Re);

    /// <summary>a + j b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneComplex PlusTurned(LaneComplex a, LaneComplex b) => new(a.Re - b.Im, a.Im + b.Re);
}
