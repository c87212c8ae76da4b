using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Qwen3Tokenizer.Edge.Models.Graphs;

/// <summary>
/// Elementary functions of eight values at once in single precision, whose bits depend on their arguments alone. Those of the framework may fuse a product with a sum or not, as the compiler's tier has it, so
/// that a training run would depend on when its code was compiled. Coefficients are those of Moshier's Cephes library ("Methods and programs for mathematical functions", 1989); errors are below two units in
/// the last place.
/// </summary>
public static class FixedMath
{
    private const int Lanes = 8;

    /// <summary>e to the power of <paramref name="x"/>; beyond -87 and 88 as there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        // x = n ln 2 + r with |r| below ln 2 / 2.
        x = Vector256.Min(Vector256.Max(x, Vector256.Create(-87f)), Vector256.Create(88f));
        Vector256<float> n = Vector256.Round(x * Vector256.Create(1.44269504088896341f));
        Vector256<float> r = Fma(n, -0.693359375f, x);
        r = Fma(n, 2.12194440e-4f, r);
        Vector256<float> p = Vector256.Create(1.9875691500e-4f);
        p = Fma(p, r, 1.3981999507e-3f);
        p = Fma(p, r, 8.3334519073e-3f);
        p = Fma(p, r, 4.1665795894e-2f);
        p = Fma(p, r, 1.6666665459e-1f);
        p = Fma(p, r, 5.0000001201e-1f);
        p = Vector256.FusedMultiplyAdd(p, r * r, r) + Vector256<float>.One;
        Vector256<int> exponent = (Vector256.ConvertToInt32(n) + Vector256.Create(127)) << 23;
        return p * exponent.AsSingle();
    }

    /// <summary>Natural logarithm of normal positive numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log(Vector256<float> x)
    {
        // x = 2^e m with m from sqrt(1/2) to sqrt(2).
        const int HalfRoot = 0x3F3504F3;
        Vector256<int> bits = x.AsInt32() - Vector256.Create(HalfRoot);
        Vector256<float> e = Vector256.ConvertToSingle(bits >> 23);
        Vector256<float> m = ((bits & Vector256.Create(0x007FFFFF)) + Vector256.Create(HalfRoot)).AsSingle() - Vector256<float>.One, square = m * m;
        Vector256<float> p = Vector256.Create(7.0376836292e-2f);
        p = Fma(p, m, -1.1514610310e-1f);
        p = Fma(p, m, 1.1676998740e-1f);
        p = Fma(p, m, -1.2420140846e-1f);
        p = Fma(p, m, 1.4249322787e-1f);
        p = Fma(p, m, -1.6668057665e-1f);
        p = Fma(p, m, 2.0000714765e-1f);
        p = Fma(p, m, -2.4999993993e-1f);
        p = Fma(p, m, 3.3333331174e-1f);
        p = p * m * square;
        p = Fma(e, -2.12194440e-4f, p);
        p = Fma(square, -0.5f, p);
        return Fma(e, 0.693359375f, m + p);
    }

    /// <summary>Sine and cosine of angles within a few thousand turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> Sin, Vector256<float> Cos) SinCos(Vector256<float> x)
    {
        // x = n pi / 2 + r with |r| at most pi / 4; pi / 2 in three parts.
        Vector256<float> n = Vector256.Round(x * Vector256.Create(0.636619772367581343f));
        Vector256<float> r = Fma(n, -1.57079637050628662109375f, x);
        r = Fma(n, 4.37113900018624283e-8f, r);
        r = Fma(n, 1.71512449e-15f, r);
        Vector256<float> square = r * r;
        Vector256<float> sine = Fma(Vector256.Create(-1.9515295891e-4f), square, 8.3321608736e-3f);
        sine = Fma(sine, square, -1.6666654611e-1f);
        sine = Vector256.FusedMultiplyAdd(sine * square, r, r);
        Vector256<float> cosine = Fma(Vector256.Create(2.443315711809948e-5f), square, -1.388731625493765e-3f);
        cosine = Fma(cosine, square, 4.166664568298827e-2f);
        cosine = Vector256.FusedMultiplyAdd(cosine, square * square, Fma(square, -0.5f, Vector256<float>.One));

        // Quadrants: odd ones swap the two; sine is negative in 2 and 3, cosine in 1 and 2.
        Vector256<int> quadrant = Vector256.ConvertToInt32(n);
        Vector256<float> odd = Vector256.Equals(quadrant & Vector256<int>.One, Vector256<int>.One).AsSingle();
        Vector256<float> s = Vector256.ConditionalSelect(odd, cosine, sine), c = Vector256.ConditionalSelect(odd, sine, cosine);
        Vector256<int> sineSign = (quadrant & Vector256.Create(2)) << 30, cosineSign = ((quadrant + Vector256<int>.One) & Vector256.Create(2)) << 30;
        return ((s.AsInt32() ^ sineSign).AsSingle(), (c.AsInt32() ^ cosineSign).AsSingle());
    }

    /// <summary>y[i] = e to the power of x[i]; the same bits at every place of a span.</summary>
    /// <param name="x">Exponents.</param>
    /// <param name="y">Receives as many values; may be <paramref name="x"/>.</param>
    public static void Exp(ReadOnlySpan<float> x, Span<float> y) => Apply<Exponential>(x, y);

    /// <summary>y[i] = natural logarithm of x[i], normal and positive; the same bits at every place of a span.</summary>
    /// <param name="x">Numbers.</param>
    /// <param name="y">Receives as many values; may be <paramref name="x"/>.</param>
    public static void Log(ReadOnlySpan<float> x, Span<float> y) => Apply<Logarithm>(x, y);

    private static void Apply<T>(ReadOnlySpan<float> x, Span<float> y)
        where T : struct, IFunction
    {
        y = y[..x.Length];
        int whole = x.Length - (x.Length % Lanes);
        ref float from = ref MemoryMarshal.GetReference(x), to = ref MemoryMarshal.GetReference(y);
        for (int i = 0; i < whole; i += Lanes)
        {
            T.Of(Vector256.LoadUnsafe(ref from, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
        }

        if (whole < x.Length)
        {
            Span<float> rest = stackalloc float[Lanes];
            rest.Fill(1);
            x[whole..].CopyTo(rest);
            T.Of(Vector256.Create<float>(rest)).CopyTo(rest);
            rest[..(x.Length - whole)].CopyTo(y[whole..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Fma(Vector256<float> x, float y, Vector256<float> sum) => Vector256.FusedMultiplyAdd(x, Vector256.Create(y), sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Fma(Vector256<float> x, Vector256<float> y, float sum) => Vector256.FusedMultiplyAdd(x, y, Vector256.Create(sum));

    private interface IFunction
    {
        static abstract Vector256<float> Of(Vector256<float> x);
    }

    private readonly struct Exponential : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Of(Vector256<float> x) => Exp(x);
    }

    private readonly struct Logarithm : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Of(Vector256<float> x) => Log(x);
    }
}
