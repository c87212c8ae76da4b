namespace Qwen3Tokenizer.Edge.Audio.Metrics;

/// <summary>The front half of STOI: 10 kHz, removal of silent frames, third-octave band magnitudes (Taal et al. 2011, section II).</summary>
internal static class StoiBands
{
    /// <summary>Number of third-octave bands, the first centred at 150 Hz.</summary>
    public const int Count = 15;

    private const int Rate = 10000;
    private const int Frame = 256;
    private const int Hop = 128;
    private const int FftSize = 512;
    private const double DynamicRange = 40;

    /// <summary>Band magnitudes [frame][band] of both signals over the frames in which the reference is not silent.</summary>
    public static (double[][] Reference, double[][] Degraded) Compute(ReadOnlySpan<float> reference, ReadOnlySpan<float> degraded, int sampleRate)
    {
        double[] x = MetricInput.ToDouble(Resampler.Resample(reference, sampleRate, Rate));
        double[] y = MetricInput.ToDouble(Resampler.Resample(degraded, sampleRate, Rate));

        // The paper's Hann window has no zeros at its ends: hanning(258) without first and last point.
        double[] window = Windows.SymmetricHann(Frame + 2)[1..^1];
        (x, y) = RemoveSilence(x, y, window);
        return (Bands(x, window), Bands(y, window));
    }

    private static (double[] X, double[] Y) RemoveSilence(double[] x, double[] y, double[] window)
    {
        int frames = FrameCount(x.Length);
        var level = new double[frames];
        for (int t = 0; t < frames; t++)
        {
            double energy = 0;
            for (int i = 0; i < Frame; i++)
            {
                double v = x[(t * Hop) + i] * window[i];
                energy += v * v;
            }

            level[t] = 20 * Math.Log10(Math.Sqrt(energy) + 1e-12);
        }

        double limit = frames == 0 ? 0 : level.Max() - DynamicRange;
        int[] kept = [.. Enumerable.Range(0, frames).Where(t => level[t] > limit)];
        int length = kept.Length == 0 ? 0 : ((kept.Length - 1) * Hop) + Frame;
        double[] a = new double[length], b = new double[length];
        for (int k = 0; k < kept.Length; k++)
        {
            for (int i = 0; i < Frame; i++)
            {
                a[(k * Hop) + i] += x[(kept[k] * Hop) + i] * window[i];
                b[(k * Hop) + i] += y[(kept[k] * Hop) + i] * window[i];
            }
        }

        return (a, b);
    }

    private static double[][] Bands(double[] x, double[] window)
    {
        var fft = new RealFft(FftSize);
        double[] frame = new double[FftSize], re = new double[fft.Bins], im = new double[fft.Bins];
        int[] edges = BandEdges();
        var bands = new double[FrameCount(x.Length)][];
        for (int t = 0; t < bands.Length; t++)
        {
            for (int i = 0; i < Frame; i++)
                frame[i] = x[(t * Hop) + i] * window[i];

            fft.Forward(frame, re, im);
            bands[t] = new double[Count];
            for (int band = 0; band < Count; band++)
            {
                double power = 0;
                for (int k = edges[2 * band]; k < edges[(2 * band) + 1]; k++)
                    power += (re[k] * re[k]) + (im[k] * im[k]);

                bands[t][band] = Math.Sqrt(power);
            }
        }

        return bands;
    }

    /// <summary>Pairs (first bin, bin after the last): the bins nearest to the edges <c>150 * 2^((2 b -+ 1) / 6)</c> Hz.</summary>
    private static int[] BandEdges()
    {
        var edges = new int[2 * Count];
        for (int band = 0; band < Count; band++)
        {
            edges[2 * band] = NearestBin(150 * Math.Pow(2, ((2 * band) - 1) / 6.0));
            edges[(2 * band) + 1] = NearestBin(150 * Math.Pow(2, ((2 * band) + 1) / 6.0));
        }

        return edges;
    }

    private static int NearestBin(double hertz) => (int)Math.Round(hertz * FftSize / Rate);

    private static int FrameCount(int samples) => samples < Frame ? 0 : ((samples - Frame) / Hop) + 1;
}
