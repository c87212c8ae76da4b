namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>
/// Complex discrete Fourier transform of any length, double precision: Stockham's self-sorting decimation in frequency with radix 4, 2 and small odd factors;
/// lengths with a prime factor above 61 go through Bluestein's chirp transform.
/// </summary>
internal sealed class ComplexFft
{
    private const int LargestDirectPrime = 61;
    private readonly int _n;
    private readonly int[] _factors;
    private readonly double[] _cos;
    private readonly double[] _sin;
    private readonly ChirpTransform? _chirp;

    public ComplexFft(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        _n = n;
        _factors = Factor(n);
        _cos = [];
        _sin = [];
        if (_factors.Any(f => f > LargestDirectPrime))
        {
            _chirp = new ChirpTransform(n);
            return;
        }

        _cos = new double[n];
        _sin = new double[n];
        for (int i = 0; i < n; i++)
            (_sin[i], _cos[i]) = Math.SinCos(-2 * Math.PI * i / n);
    }

    /// <summary>Doubles of scratch that <see cref="Transform"/> needs.</summary>
    public int ScratchLength => _chirp?.ScratchLength ?? 2 * _n;

    /// <summary>Forward transform in place, no scaling: <c>X[k] = sum x[i] exp(-2 pi j i k / n)</c>.</summary>
    public void Transform(Span<double> re, Span<double> im, Span<double> scratch)
    {
        re = re[.._n];
        im = im[.._n];
        if (_chirp is not null)
        {
            _chirp.Transform(re, im, scratch);
            return;
        }

        Span<double> fromRe = re, fromIm = im, toRe = scratch[.._n], toIm = scratch.Slice(_n, _n);
        int length = _n, stride = 1;
        foreach (int radix in _factors)
        {
            int m = length / radix;
            if (radix == 4)
                Radix4(fromRe, fromIm, toRe, toIm, m, stride);
            else if (radix == 2)
                Radix2(fromRe, fromIm, toRe, toIm, m, stride);
            else
                OddRadix(fromRe, fromIm, toRe, toIm, radix, m, stride);

            length = m;
            stride *= radix;
            Span<double> swapRe = fromRe, swapIm = fromIm;
            fromRe = toRe;
            fromIm = toIm;
            toRe = swapRe;
            toIm = swapIm;
        }

        if (_factors.Length % 2 == 1)
        {
            fromRe.CopyTo(re);
            fromIm.CopyTo(im);
        }
    }

    private void Radix2(ReadOnlySpan<double> xr, ReadOnlySpan<double> xi, Span<double> yr, Span<double> yi, int m, int stride)
    {
        for (int q = 0; q < m; q++)
        {
            double wr = _cos[q * stride], wi = _sin[q * stride];
            int a = stride * q, b = stride * (q + m), y = 2 * stride * q;
            for (int k = 0; k < stride; k++)
            {
                double dr = xr[a + k] - xr[b + k], di = xi[a + k] - xi[b + k];
                yr[y + k] = xr[a + k] + xr[b + k];
                yi[y + k] = xi[a + k] + xi[b + k];
                yr[y + stride + k] = (dr * wr) - (di * wi);
                yi[y + stride + k] = (dr * wi) + (di * wr);
            }
        }
    }

    private void Radix4(ReadOnlySpan<double> xr, ReadOnlySpan<double> xi, Span<double> yr, Span<double> yi, int m, int stride)
    {
        for (int q = 0; q < m; q++)
        {
            int t = q * stride;
            double w1r = _cos[t], w1i = _sin[t], w2r = _cos[2 * t], w2i = _sin[2 * t], w3r = _cos[3 * t], w3i = _sin[3 * t];
            int a = t, b = a + (stride * m), c = b + (stride * m), d = c + (stride * m), y = 4 * t;
            for (int k = 0; k < stride; k++)
            {
                double acr = xr[a + k] + xr[c + k], aci = xi[a + k] + xi[c + k], adr = xr[a + k] - xr[c + k], adi = xi[a + k] - xi[c + k];
                double bdr = xr[b + k] + xr[d + k], bdi = xi[b + k] + xi[d + k], ber = xr[b + k] - xr[d + k], bei = xi[b + k] - xi[d + k];
                yr[y + k] = acr + bdr;
                yi[y + k] = aci + bdi;
                double pr = adr + bei, pi = adi - ber;
                yr[y + stride + k] = (pr * w1r) - (pi * w1i);
                yi[y + stride + k] = (pr * w1i) + (pi * w1r);
                pr = acr - bdr;
                pi = aci - bdi;
                yr[y + (2 * stride) + k] = (pr * w2r) - (pi * w2i);
                yi[y + (2 * stride) + k] = (pr * w2i) + (pi * w2r);
                pr = adr - bei;
                pi = adi + ber;
                yr[y + (3 * stride) + k] = (pr * w3r) - (pi * w3i);
                yi[y + (3 * stride) + k] = (pr * w3i) + (pi * w3r);
            }
        }
    }

    private void OddRadix(ReadOnlySpan<double> xr, ReadOnlySpan<double> xi, Span<double> yr, Span<double> yi, int radix, int m, int stride)
    {
        int step = _n / radix;
        for (int q = 0; q < m; q++)
        {
            for (int r = 0; r < radix; r++)
            {
                double wr = _cos[q * r * stride], wi = _sin[q * r * stride];
                for (int k = 0; k < stride; k++)
                {
                    double sr = 0, si = 0;
                    for (int j = 0, turn = 0; j < radix; j++)
                    {
                        int x = k + (stride * (q + (m * j)));
                        double cr = _cos[turn * step], ci = _sin[turn * step];
                        sr += (xr[x] * cr) - (xi[x] * ci);
                        si += (xr[x] * ci) + (xi[x] * cr);
                        turn += r;
                        if (turn >= radix)
                            turn -= radix;
                    }

                    int y = k + (stride * ((radix * q) + r));
                    yr[y] = (sr * wr) - (si * wi);
                    yi[y] = (sr * wi) + (si * wr);
                }
            }
        }
    }

    private static int[] Factor(int n)
    {
        var factors = new List<int>();
        while (n % 4 == 0)
        {
            factors.Add(4);
            n /= 4;
        }

        for (int p = 2; p <= n / p; p++)
        {
            for (; n % p == 0; n /= p)
                factors.Add(p);
        }

        if (n > 1)
            factors.Add(n);

        return [.. factors];
    }

    /// <summary>Bluestein 1970: a transform of any length as a circular convolution of a power-of-two length with the chirp <c>exp(-pi j i^2 / n)</c>.</summary>
    private sealed class ChirpTransform
    {
        private readonly ComplexFft _fft;
        private readonly double[] _chirpRe;
        private readonly double[] _chirpIm;
        private readonly double[] _kernelRe;
        private readonly double[] _kernelIm;
        private readonly int _size;

        public ChirpTransform(int n)
        {
            _size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)((2 * (long)n) - 1));
            _fft = new ComplexFft(_size);
            _chirpRe = new double[n];
            _chirpIm = new double[n];
            _kernelRe = new double[_size];
            _kernelIm = new double[_size];
            for (int i = 0; i < n; i++)
            {
                // i^2 modulo 2n keeps the angle small, so that long transforms stay accurate.
                (_chirpIm[i], _chirpRe[i]) = Math.SinCos(-Math.PI * ((long)i * i % (2L * n)) / n);
                _kernelRe[i] = _chirpRe[i];
                _kernelIm[i] = -_chirpIm[i];
                if (i > 0)
                {
                    _kernelRe[_size - i] = _kernelRe[i];
                    _kernelIm[_size - i] = _kernelIm[i];
                }
            }

            _fft.Transform(_kernelRe, _kernelIm, new double[_fft.ScratchLength]);
        }

        public int ScratchLength => (2 * _size) + _fft.ScratchLength;

        public void Transform(Span<double> re, Span<double> im, Span<double> scratch)
        {
            Span<double> ar = scratch[.._size], ai = scratch.Slice(_size, _size), inner = scratch[(2 * _size)..];
            ar.Clear();
            ai.Clear();
            for (int i = 0; i < _chirpRe.Length; i++)
            {
                ar[i] = (re[i] * _chirpRe[i]) - (im[i] * _chirpIm[i]);
                ai[i] = (re[i] * _chirpIm[i]) + (im[i] * _chirpRe[i]);
            }

            _fft.Transform(ar, ai, inner);
            for (int i = 0; i < _size; i++)
            {
                double pr = (ar[i] * _kernelRe[i]) - (ai[i] * _kernelIm[i]), pi = (ar[i] * _kernelIm[i]) + (ai[i] * _kernelRe[i]);
                ar[i] = pr;
                ai[i] = -pi;
            }

            // The inverse transform is the forward one of the conjugate, conjugated and divided by the size.
            _fft.Transform(ar, ai, inner);
            double scale = 1.0 / _size;
            for (int i = 0; i < _chirpRe.Length; i++)
            {
                double pr = ar[i] * scale, pi = -ai[i] * scale;
                re[i] = (pr * _chirpRe[i]) - (pi * _chirpIm[i]);
                im[i] = (pr * _chirpIm[i]) + (pi * _chirpRe[i]);
            }
        }
    }
}
