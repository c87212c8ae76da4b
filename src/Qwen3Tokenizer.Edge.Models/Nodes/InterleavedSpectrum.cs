using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>Products of interleaved complex spectra (re, im of bin after bin) with real-valued filters, in single precision, and what their gradients need: the training face of <see cref="SpectralFilterNode"/>.</summary>
internal static class InterleavedSpectrum
{
    private const int Lanes = 8;
    private static readonly Vector256<int> Apart = Vector256.Create(0, 2, 4, 6, 1, 3, 5, 7);
    private static readonly Vector256<int> Together = Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7);

    /// <summary>y = x * gain.</summary>
    public static void Scale(ReadOnlySpan<float> x, ReadOnlySpan<float> gain, Span<float> y)
    {
        ref float source = ref MemoryMarshal.GetReference(x), target = ref MemoryMarshal.GetReference(y[..x.Length]);
        int k = 0;
        for (; k <= gain.Length - Lanes; k += Lanes)
        {
            (Vector256<float> re, Vector256<float> im) = Load(ref source, k);
            Vector256<float> g = Vector256.Create(gain[k..]);
            Store(re * g, im * g, ref target, k);
        }

        for (; k < gain.Length; k++)
        {
            (y[2 * k], y[(2 * k) + 1]) = (x[2 * k] * gain[k], x[(2 * k) + 1] * gain[k]);
        }
    }

    /// <summary>y = x * exp(log + j phase).</summary>
    public static void Filter(ReadOnlySpan<float> x, ReadOnlySpan<float> log, ReadOnlySpan<float> phase, Span<float> y)
    {
        ref float source = ref MemoryMarshal.GetReference(x), target = ref MemoryMarshal.GetReference(y[..x.Length]);
        int k = 0;
        for (; k <= log.Length - Lanes; k += Lanes)
        {
            (Vector256<float> re, Vector256<float> im) = Load(ref source, k);
            Vector256<float> magnitude = FixedMath.Exp(Vector256.Create(log[k..]));
            (Vector256<float> sin, Vector256<float> cos) = FixedMath.SinCos(Vector256.Create(phase[k..]));
            Store(magnitude * ((re * cos) - (im * sin)), magnitude * ((re * sin) + (im * cos)), ref target, k);
        }

        for (; k < log.Length; k++)
        {
            float magnitude = MathF.Exp(log[k]), re = x[2 * k], im = x[(2 * k) + 1];
            (float sin, float cos) = MathF.SinCos(phase[k]);
            (y[2 * k], y[(2 * k) + 1]) = (magnitude * ((re * cos) - (im * sin)), magnitude * ((re * sin) + (im * cos)));
        }
    }

    /// <summary>sum += Re(conj(dy) x) * gain: the gradient by the logarithm of a gain.</summary>
    public static void AddGainGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ReadOnlySpan<float> gain, Span<float> sum)
    {
        ref float source = ref MemoryMarshal.GetReference(x), given = ref MemoryMarshal.GetReference(dy[..x.Length]);
        int k = 0;
        for (; k <= gain.Length - Lanes; k += Lanes)
        {
            (Vector256<float> re, Vector256<float> im) = Load(ref source, k);
            (Vector256<float> dre, Vector256<float> dim) = Load(ref given, k);
            (Vector256.Create<float>(sum[k..]) + (((dre * re) + (dim * im)) * Vector256.Create(gain[k..]))).CopyTo(sum[k..]);
        }

        for (; k < gain.Length; k++)
        {
            sum[k] += ((dy[2 * k] * x[2 * k]) + (dy[(2 * k) + 1] * x[(2 * k) + 1])) * gain[k];
        }
    }

    /// <summary>log += Re(conj(dy) y), phase += Im(conj(dy) y): the gradients by the exponent of <see cref="Filter"/>, whose result is <paramref name="y"/>.</summary>
    public static void AddFilterGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> y, Span<float> log, Span<float> phase)
    {
        ref float source = ref MemoryMarshal.GetReference(y), given = ref MemoryMarshal.GetReference(dy[..y.Length]);
        int k = 0;
        for (; k <= log.Length - Lanes; k += Lanes)
        {
            (Vector256<float> re, Vector256<float> im) = Load(ref source, k);
            (Vector256<float> dre, Vector256<float> dim) = Load(ref given, k);
            (Vector256.Create<float>(log[k..]) + (dre * re) + (dim * im)).CopyTo(log[k..]);
            (Vector256.Create<float>(phase[k..]) + ((dim * re) - (dre * im))).CopyTo(phase[k..]);
        }

        for (; k < log.Length; k++)
        {
            float re = y[2 * k], im = y[(2 * k) + 1], dre = dy[2 * k], dim = dy[(2 * k) + 1];
            log[k] += (dre * re) + (dim * im);
            phase[k] += (dim * re) - (dre * im);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Re, Vector256<float> Im) Load(ref float start, int bin)
    {
        Vector256<float> low = Vector256.Shuffle(Vector256.LoadUnsafe(ref start, (nuint)(2 * bin)), Apart), high = Vector256.Shuffle(Vector256.LoadUnsafe(ref start, (nuint)((2 * bin) + Lanes)), Apart);
        return (Vector256.Create(low.GetLower(), high.GetLower()), Vector256.Create(low.GetUpper(), high.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> re, Vector256<float> im, ref float start, int bin)
    {
        Vector256.Shuffle(Vector256.Create(re.GetLower(), im.GetLower()), Together).StoreUnsafe(ref start, (nuint)(2 * bin));
        Vector256.Shuffle(Vector256.Create(re.GetUpper(), im.GetUpper()), Together).StoreUnsafe(ref start, (nuint)((2 * bin) + Lanes));
    }
}
