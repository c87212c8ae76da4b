using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>The filter in the frequency domain and the overlap-add: native/ARITHMETIC.md section 5, steps 5 to 7.</summary>
internal sealed class SpectralFilter
{
    private const int SpectrumLimit = (1 << 29) - 1;

    private readonly SourceFilterConstants _constants;
    private readonly int _points;
    private readonly int _offset;
    private int[] _overlap;

    /// <summary>A filter after a reset.</summary>
    public SpectralFilter(SourceFilterConstants constants)
    {
        _constants = constants;
        _points = 1 << constants.Log2Fft;
        _offset = (_points - 2 * constants.Hop) / 2;
        _overlap = new int[constants.Hop];
    }

    /// <summary>Filters two stretches and gives the samples that they finish.</summary>
    /// <param name="row">The previous head row: the one at the middle of the two stretches.</param>
    /// <param name="harmonic">eh': two stretches of harmonics, Q26.</param>
    /// <param name="noise">en': two stretches of noise, Q26.</param>
    /// <param name="pcm">Receives one hop.</param>
    /// <param name="trace">Receives Y and y, or null.</param>
    public void Run(HeadRow row, int[] harmonic, int[] noise, Span<int> pcm, IList<TraceEntry>? trace)
    {
        (int[] re, int[] im) = Analyse(harmonic, noise);
        (int[] yr, int[] yi) = Filter(row, re, im);
        trace?.Add(TraceEntry.OfInt32("filter.spectrum", [.. yr.Zip(yi, (r, i) => new[] { r, i }).SelectMany(bin => bin)]));
        int[] samples = Invert(yr, yi);
        trace?.Add(TraceEntry.OfInt32("filter.samples", samples));
        OverlapAdd(samples, pcm);
    }

    // Step 5 up to the transform: both windowed stretches as one complex signal.
    private (int[] Re, int[] Im) Analyse(int[] harmonic, int[] noise)
    {
        int[] re = new int[_points], im = new int[_points];
        for (int n = 0; n < 2 * _constants.Hop; n++)
        {
            re[_offset + n] = IntegerMath.Mulr(harmonic[n], _constants.Window[n]);
            im[_offset + n] = IntegerMath.Mulr(noise[n], _constants.Window[n]);
        }

        IntegerFft.Transform(re, im);
        return (re, im);
    }

    // The two spectra of step 5, and step 6.
    private (int[] Re, int[] Im) Filter(HeadRow row, int[] zr, int[] zi)
    {
        int half = _points / 2;
        int[] yr = new int[half + 1], yi = new int[half + 1];
        for (int k = 0; k <= half; k++)
        {
            int j = (_points - k) % _points;
            checked
            {
                long nr = Scale(zi[k] + zi[j], row.Noise, k), ni = Scale(zr[j] - zr[k], row.Noise, k);
                if (row.Voiced)
                {
                    (long rr, long ri) = Rotate(zr[k] + zr[j], zi[k] - zi[j], row.Phase, k);
                    nr += Scale(rr, row.Harmonic, k);
                    ni += Scale(ri, row.Harmonic, k);
                }

                yr[k] = (int)Math.Clamp(nr, -SpectrumLimit, SpectrumLimit);
                yi[k] = k == 0 || k == half ? 0 : (int)Math.Clamp(ni, -SpectrumLimit, SpectrumLimit);
            }
        }

        return (yr, yi);
    }

    private int Mix(int[] x, int k)
    {
        int i = _constants.Knot[k], w = _constants.Weight[k];
        return checked(x[i] * (1 << 15) + (x[i + 1] - x[i]) * w);
    }

    private (long Re, long Im) Rotate(int er, int ei, int[] phase, int k)
    {
        uint t = unchecked((uint)Mix(phase, k) << 6);
        long c = IntegerMath.Cos31(t), s = IntegerMath.Sin31(t);
        return checked((IntegerMath.Rshr(er * c - ei * s, 31), IntegerMath.Rshr(er * s + ei * c, 31)));
    }

    private long Scale(long component, int[] gain, int k)
    {
        int log = (checked(Mix(gain, k) + (1 << 4))) >> 5;
        int sh = 36 - _constants.Log2Fft - (log >> 20);
        long product = checked(component * IntegerMath.Exp2m((uint)(log & 0xfffff)));
        return Math.Clamp(IntegerMath.Rshr(product, sh), -SpectrumLimit, SpectrumLimit);
    }

    // Step 7 up to y: the real inverse transform by a complex one of half the size.
    private int[] Invert(int[] yr, int[] yi)
    {
        int half = _points / 2;
        int[] re = new int[half], im = new int[half];
        for (int k = 0; k < half; k++)
        {
            int j = half - k;
            uint t = (uint)(((long)k << 32) / _points);
            long c = IntegerMath.Cos31(t), s = IntegerMath.Sin31(t);
            checked
            {
                int sr = yr[k] + yr[j], si = yi[k] - yi[j], dr = yr[k] - yr[j], di = yi[k] + yi[j];
                int or = (int)((dr * c - di * s + (1L << 31)) >> 32), oi = (int)((dr * s + di * c + (1L << 31)) >> 32);
                re[k] = (sr >> 1) - oi;
                im[k] = (si >> 1) + or;
            }
        }

        // Swapping real and imaginary parts before and after turns the forward transform into the inverse one.
        IntegerFft.Transform(im, re);
        var samples = new int[_points];
        for (int n = 0; n < half; n++)
        {
            samples[2 * n] = re[n];
            samples[2 * n + 1] = im[n];
        }

        return samples;
    }

    private void OverlapAdd(int[] samples, Span<int> pcm)
    {
        int hop = _constants.Hop;
        var o = new int[2 * hop];
        for (int n = 0; n < o.Length; n++)
            o[n] = IntegerMath.Mulr(samples[_offset + n], _constants.Window[n]);

        for (int n = 0; n < hop; n++)
            pcm[n] = IntegerMath.Sat16(checked(_overlap[n] + o[n] + 8) >> 4);

        _overlap = o[hop..];
    }
}
