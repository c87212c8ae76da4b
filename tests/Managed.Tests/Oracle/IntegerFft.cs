using System.Numerics;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>The scaled transform of native/ARITHMETIC.md section 6.</summary>
public static class IntegerFft
{
    /// <summary>Transforms 2^b complex points in place, 2 to 1024 of them; the result is scaled by 1 / 2^b.</summary>
    /// <param name="re">Real parts.</param>
    /// <param name="im">Imaginary parts, as many.</param>
    public static void Transform(Span<int> re, Span<int> im)
    {
        int n = re.Length;
        if (!BitOperations.IsPow2(n) || n < 2 || n > 1024 || im.Length != n)
            throw new ArgumentException($"The transform takes 2 to 1024 points, a power of two, not {n} and {im.Length}.", nameof(re));

        int bits = BitOperations.Log2((uint)n);
        for (int i = 0; i < n; i++)
        {
            int j = Reverse(i, bits);
            if (i < j)
            {
                (re[i], re[j]) = (re[j], re[i]);
                (im[i], im[j]) = (im[j], im[i]);
            }
        }

        for (int s = 1; s <= bits; s++)
        {
            int m = 1 << s;
            for (int g = 0; g < n; g += m)
                for (int j = 0; j < m / 2; j++)
                    Butterfly(re, im, g + j, g + j + m / 2, j, m);
        }
    }

    private static void Butterfly(Span<int> re, Span<int> im, int a, int c, int j, int m)
    {
        (int tr, int ti) = Twiddle(re[c], im[c], j, m);
        int ar = re[a] >> 1, ai = im[a] >> 1;
        checked
        {
            re[a] = ar + tr;
            im[a] = ai + ti;
            re[c] = ar - tr;
            im[c] = ai - ti;
        }
    }

    // C exp(-2 pi i j/m) / 2.
    private static (int Re, int Im) Twiddle(int cr, int ci, int j, int m)
    {
        if (j == 0)
            return (cr >> 1, ci >> 1);
        if (4 * j == m)
            return (ci >> 1, checked(-(cr >> 1)));

        uint th = (uint)(((long)j << 32) / m);
        long wr = IntegerMath.Cos31(th), wi = -IntegerMath.Sin31(th);
        return checked(((int)((cr * wr - ci * wi + (1L << 31)) >> 32), (int)((cr * wi + ci * wr + (1L << 31)) >> 32)));
    }

    private static int Reverse(int i, int bits)
    {
        int reversed = 0;
        for (int k = 0; k < bits; k++)
            reversed |= ((i >> k) & 1) << (bits - 1 - k);
        return reversed;
    }
}
