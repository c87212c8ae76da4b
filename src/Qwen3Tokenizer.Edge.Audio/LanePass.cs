using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>
/// One pass of Stockham's self-sorting transform (decimation in frequency) on eight signals at once: m * stride butterflies of one radix,
/// y[stride (radix q + r) + k] = w^(q r) sum_j x[stride (q + m j) + k] exp(-2 pi j i r / radix), w = exp(-2 pi i / (radix m)).
/// </summary>
internal sealed class LanePass
{
    private readonly int _radix;
    private readonly int _m;
    private readonly int _stride;
    private readonly float[] _twiddles;

    /// <summary>Prepares a pass.</summary>
    /// <param name="radix">2, 3, 4 or 5.</param>
    /// <param name="m">Butterflies of different twiddles.</param>
    /// <param name="stride">Butterflies that share them.</param>
    public LanePass(int radix, int m, int stride)
    {
        (_radix, _m, _stride) = (radix, m, stride);
        _twiddles = new float[2 * (radix - 1) * m];
        for (int q = 0, i = 0; q < m; q++)
        {
            for (int r = 1; r < radix; r++)
            {
                (double sin, double cos) = Math.SinCos(-2 * Math.PI * q * r / ((double)radix * m));
                (_twiddles[i++], _twiddles[i++]) = ((float)cos, (float)sin);
            }
        }
    }

    /// <summary>The passes of a transform of <paramref name="points"/>, a product of 2, 3 and 5.</summary>
    public static LanePass[] Plan(int points)
    {
        var passes = new List<LanePass>();
        int length = points, stride = 1;
        foreach (int radix in (ReadOnlySpan<int>)[4, 2, 3, 5])
        {
            for (; length % radix == 0; stride *= radix)
            {
                length /= radix;
                passes.Add(new LanePass(radix, length, stride));
            }
        }

        return [.. passes];
    }

    /// <summary>Runs the pass from <paramref name="x"/> to <paramref name="y"/>; <paramref name="swap"/> as in <see cref="LaneComplex.Load"/>.</summary>
    public void Run(ref float x, ref float y, nuint swap)
    {
        switch (_radix)
        {
            case 4: Radix4(ref x, ref y, swap); break;
            case 2: Radix2(ref x, ref y, swap); break;
            case 3: Radix3(ref x, ref y, swap); break;
            default: Radix5(ref x, ref y, swap); break;
        }
    }

    private void Radix2(ref float x, ref float y, nuint swap)
    {
        int far = _m * _stride;
        ref float w = ref MemoryMarshal.GetArrayDataReference(_twiddles);
        for (int q = 0; q < _m; q++)
        {
            float c = At(ref w, 2 * q), s = At(ref w, (2 * q) + 1);
            int from = _stride * q, to = 2 * from;
            for (int k = 0; k < _stride; k++)
            {
                LaneComplex a = LaneComplex.Load(ref x, from + k, swap), b = LaneComplex.Load(ref x, from + far + k, swap);
                (a + b).Store(ref y, to + k, swap);
                (a - b).Times(c, s).Store(ref y, to + _stride + k, swap);
            }
        }
    }

    private void Radix3(ref float x, ref float y, nuint swap)
    {
        const float Half = 0.5f, Sin = 0.866025404f;
        int far = _m * _stride;
        ref float w = ref MemoryMarshal.GetArrayDataReference(_twiddles);
        for (int q = 0; q < _m; q++)
        {
            float c1 = At(ref w, 4 * q), s1 = At(ref w, (4 * q) + 1), c2 = At(ref w, (4 * q) + 2), s2 = At(ref w, (4 * q) + 3);
            int from = _stride * q, to = 3 * from;
            for (int k = 0; k < _stride; k++)
            {
                LaneComplex a = LaneComplex.Load(ref x, from + k, swap), b = LaneComplex.Load(ref x, from + far + k, swap), c = LaneComplex.Load(ref x, from + (2 * far) + k, swap);
                LaneComplex sum = b + c, middle = a.Plus(-Half, sum), side = Sin * (b - c);
                (a + sum).Store(ref y, to + k, swap);
                LaneComplex.MinusTurned(middle, side).Times(c1, s1).Store(ref y, to + _stride + k, swap);
                LaneComplex.PlusTurned(middle, side).Times(c2, s2).Store(ref y, to + (2 * _stride) + k, swap);
            }
        }
    }

    private void Radix4(ref float x, ref float y, nuint swap)
    {
        int far = _m * _stride, stride = _stride;
        ref float w = ref MemoryMarshal.GetArrayDataReference(_twiddles);
        for (int q = 0; q < _m; q++)
        {
            float c1 = At(ref w, 6 * q), s1 = At(ref w, (6 * q) + 1), c2 = At(ref w, (6 * q) + 2), s2 = At(ref w, (6 * q) + 3), c3 = At(ref w, (6 * q) + 4), s3 = At(ref w, (6 * q) + 5);
            int from = stride * q, to = 4 * from;
            for (int k = 0; k < stride; k++)
            {
                LaneComplex a = LaneComplex.Load(ref x, from + k, swap), b = LaneComplex.Load(ref x, from + far + k, swap);
                LaneComplex c = LaneComplex.Load(ref x, from + (2 * far) + k, swap), d = LaneComplex.Load(ref x, from + (3 * far) + k, swap);
                LaneComplex even = a + c, odd = a - c, other = b + d, turned = b - d;
                (even + other).Store(ref y, to + k, swap);
                LaneComplex.MinusTurned(odd, turned).Times(c1, s1).Store(ref y, to + stride + k, swap);
                (even - other).Times(c2, s2).Store(ref y, to + (2 * stride) + k, swap);
                LaneComplex.PlusTurned(odd, turned).Times(c3, s3).Store(ref y, to + (3 * stride) + k, swap);
            }
        }
    }

    private void Radix5(ref float x, ref float y, nuint swap)
    {
        const float Cos1 = 0.309016994f, Cos2 = -0.809016994f, Sin1 = 0.951056516f, Sin2 = 0.587785252f;
        int far = _m * _stride;
        ref float w = ref MemoryMarshal.GetArrayDataReference(_twiddles);
        for (int q = 0; q < _m; q++)
        {
            ref float t = ref Unsafe.Add(ref w, 8 * q);
            int from = _stride * q, to = 5 * from;
            for (int k = 0; k < _stride; k++)
            {
                LaneComplex a = LaneComplex.Load(ref x, from + k, swap), b = LaneComplex.Load(ref x, from + far + k, swap), c = LaneComplex.Load(ref x, from + (2 * far) + k, swap);
                LaneComplex d = LaneComplex.Load(ref x, from + (3 * far) + k, swap), e = LaneComplex.Load(ref x, from + (4 * far) + k, swap);
                LaneComplex outer = b + e, inner = c + d, outerSide = b - e, innerSide = c - d;
                (a + outer + inner).Store(ref y, to + k, swap);
                LaneComplex middle = a.Plus(Cos1, outer).Plus(Cos2, inner), side = (Sin1 * outerSide).Plus(Sin2, innerSide);
                LaneComplex.MinusTurned(middle, side).Times(t, At(ref t, 1)).Store(ref y, to + _stride + k, swap);
                LaneComplex.PlusTurned(middle, side).Times(At(ref t, 6), At(ref t, 7)).Store(ref y, to + (4 * _stride) + k, swap);
                middle = a.Plus(Cos2, outer).Plus(Cos1, inner);
                side = (Sin2 * outerSide).Plus(-Sin1, innerSide);
                LaneComplex.MinusTurned(middle, side).Times(At(ref t, 2), At(ref t, 3)).Store(ref y, to + (2 * _stride) + k, swap);
                LaneComplex.PlusTurned(middle, side).Times(At(ref t, 4), At(ref t, 5)).Store(ref y, to + (3 * _stride) + k, swap);
            }
        }
    }

    private static float At(ref float start, int index) => Unsafe.Add(ref start, index);
}
