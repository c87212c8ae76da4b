using System.Buffers;

namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>
/// Discrete Fourier transform of real signals of any length, computed in double precision. Even lengths cost one complex transform of half the length;
/// lengths with small prime factors are fastest. An instance is immutable and may be shared by threads.
/// </summary>
public sealed class RealFft
{
    private readonly ComplexFft _fft;
    private readonly double[] _cos;
    private readonly double[] _sin;

    /// <summary>Prepares transforms of one length.</summary>
    /// <param name="n">Number of real samples, 1 to 2^24.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is out of range.</exception>
    public RealFft(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, 1 << 24);
        Length = n;
        bool even = n % 2 == 0;
        _fft = new ComplexFft(even ? n / 2 : n);
        _cos = new double[even ? (n / 2) + 1 : 0];
        _sin = new double[_cos.Length];
        for (int k = 0; k < _cos.Length; k++)
            (_sin[k], _cos[k]) = Math.SinCos(-2 * Math.PI * k / n);
    }

    /// <summary>Number of real samples.</summary>
    public int Length { get; }

    /// <summary>Number of frequency bins, <c>n / 2 + 1</c>: bin <c>k</c> lies at <c>k / n</c> of the sample rate.</summary>
    public int Bins => (Length / 2) + 1;

    /// <summary>Forward transform, no scaling: <c>X[k] = sum x[i] exp(-2 pi j i k / n)</c>, k = 0..n/2.</summary>
    /// <param name="x">At least n samples; the first n are used.</param>
    /// <param name="re">Real part, at least n/2 + 1.</param>
    /// <param name="im">Imaginary part, at least n/2 + 1; exactly 0 at k = 0 and, for even n, at k = n/2.</param>
    public void Forward(ReadOnlySpan<double> x, Span<double> re, Span<double> im)
    {
        double[] work = Rent();
        try
        {
            Load(x, work);
            ForwardFrom(work);
            work.AsSpan(0, Bins).CopyTo(re);
            work.AsSpan(ImOffset, Bins).CopyTo(im);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(work);
        }
    }

    /// <inheritdoc cref="Forward(ReadOnlySpan{double}, Span{double}, Span{double})"/>
    public void Forward(ReadOnlySpan<float> x, Span<float> re, Span<float> im)
    {
        double[] work = Rent();
        try
        {
            Load(x, work);
            ForwardFrom(work);
            for (int k = 0; k < Bins; k++)
            {
                re[k] = (float)work[k];
                im[k] = (float)work[ImOffset + k];
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(work);
        }
    }

    /// <summary>Inverse of <see cref="Forward(ReadOnlySpan{double}, Span{double}, Span{double})"/>, scaled by 1/n. Imaginary parts at k = 0 and (even n) k = n/2 are ignored.</summary>
    /// <param name="re">Real part, at least n/2 + 1.</param>
    /// <param name="im">Imaginary part, at least n/2 + 1.</param>
    /// <param name="x">Receives n samples.</param>
    public void Inverse(ReadOnlySpan<double> re, ReadOnlySpan<double> im, Span<double> x)
    {
        double[] work = Rent();
        try
        {
            re[..Bins].CopyTo(work);
            im[..Bins].CopyTo(work.AsSpan(ImOffset));
            InverseFrom(work);
            for (int i = 0; i < Length; i++)
                x[i] = Sample(work, i);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(work);
        }
    }

    /// <inheritdoc cref="Inverse(ReadOnlySpan{double}, ReadOnlySpan{double}, Span{double})"/>
    public void Inverse(ReadOnlySpan<float> re, ReadOnlySpan<float> im, Span<float> x)
    {
        double[] work = Rent();
        try
        {
            for (int k = 0; k < Bins; k++)
            {
                work[k] = re[k];
                work[ImOffset + k] = im[k];
            }

            InverseFrom(work);
            for (int i = 0; i < Length; i++)
                x[i] = (float)Sample(work, i);
        }
        finally
        {
            ArrayPool<double>.Shared.Return(work);
        }
    }

    // Work area: real parts, imaginary parts (room for the longer of bins and complex points), scratch of the complex transform.
    private int ImOffset => Length + 1;

    private bool Even => Length % 2 == 0;

    private double[] Rent() => ArrayPool<double>.Shared.Rent((2 * ImOffset) + _fft.ScratchLength);

    private void Load<T>(ReadOnlySpan<T> x, double[] work)
        where T : struct, System.Numerics.INumberBase<T>
    {
        x = x[..Length];
        if (!Even)
        {
            for (int i = 0; i < x.Length; i++)
                work[i] = double.CreateTruncating(x[i]);

            work.AsSpan(ImOffset, Length).Clear();
            return;
        }

        for (int i = 0; i < Length / 2; i++)
        {
            work[i] = double.CreateTruncating(x[2 * i]);
            work[ImOffset + i] = double.CreateTruncating(x[(2 * i) + 1]);
        }
    }

    private double Sample(double[] work, int i) => Even ? work[(i % 2 * ImOffset) + (i / 2)] : work[i];

    private void ForwardFrom(double[] work)
    {
        Span<double> re = work.AsSpan(0, ImOffset), im = work.AsSpan(ImOffset, ImOffset), scratch = work.AsSpan(2 * ImOffset);
        _fft.Transform(re, im, scratch);
        if (!Even)
        {
            im[0] = 0;
            return;
        }

        // Even samples are the real part of z, odd ones the imaginary part: X[k] = E[k] + W^k O[k], where E and O come from the symmetric parts of Z.
        int half = Length / 2;
        re[half] = re[0];
        im[half] = im[0];
        for (int k = 0; k <= half / 2; k++)
        {
            int l = half - k;
            double er = (re[k] + re[l]) / 2, ei = (im[k] - im[l]) / 2, or = (im[k] + im[l]) / 2, oi = (re[l] - re[k]) / 2;
            double tr = (or * _cos[k]) - (oi * _sin[k]), ti = (or * _sin[k]) + (oi * _cos[k]);
            re[k] = er + tr;
            im[k] = ei + ti;
            re[l] = er - tr;
            im[l] = ti - ei;
        }

        im[0] = 0;
        im[half] = 0;
    }

    private void InverseFrom(double[] work)
    {
        Span<double> re = work.AsSpan(0, ImOffset), im = work.AsSpan(ImOffset, ImOffset), scratch = work.AsSpan(2 * ImOffset);
        double scale;
        im[0] = 0;
        if (Even)
        {
            int half = Length / 2;
            im[half] = 0;
            for (int k = 0; k <= half / 2; k++)
            {
                int l = half - k;
                double er = (re[k] + re[l]) / 2, ei = (im[k] - im[l]) / 2, dr = (re[k] - re[l]) / 2, di = (im[k] + im[l]) / 2;
                double or = (dr * _cos[k]) + (di * _sin[k]), oi = (di * _cos[k]) - (dr * _sin[k]);

                // Z[k] = E[k] + j O[k], conjugated on the way in because the inverse runs through the forward transform.
                re[k] = er - oi;
                im[k] = -(ei + or);
                re[l] = er + oi;
                im[l] = ei - or;
            }

            scale = 1.0 / half;
        }
        else
        {
            for (int k = 1; k < Bins; k++)
            {
                re[Length - k] = re[k];
                im[Length - k] = im[k];
                im[k] = -im[k];
            }

            scale = 1.0 / Length;
        }

        _fft.Transform(re, im, scratch);
        int points = Even ? Length / 2 : Length;
        for (int i = 0; i < points; i++)
        {
            re[i] *= scale;
            im[i] *= -scale;
        }
    }
}
