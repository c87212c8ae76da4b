namespace Qwen3Tokenizer.Edge.Audio.Metrics;

/// <summary>
/// Mean absolute difference of natural-log mel magnitudes, with the edge codec's front-end: 16 kHz, 64 ms periodic Hann frames every 20 ms that end with their hop,
/// 80 HTK bands to 8 kHz with rows of sum 1, floor 1e-5. Frames within 40 dB of the loudest of the reference count.
/// </summary>
public static class MelDistance
{
    private const int Rate = 16000;
    private const int FrameLength = 1024;
    private const int Hop = 320;
    private const int Bands = 80;
    private const double Floor = 1e-5;

    /// <summary>The distance over the bands that both signals can carry: to 8 kHz, or half the sample rate where that is lower.</summary>
    /// <param name="reference">Original.</param>
    /// <param name="degraded">Signal to judge, of the same length.</param>
    /// <param name="sampleRate">Samples per second; other rates than 16 kHz are resampled.</param>
    /// <returns>Nepers (1 = 8.7 dB), 0 for identical signals; NaN when the reference is silent or shorter than 20 ms.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Compute(ReadOnlySpan<float> reference, ReadOnlySpan<float> degraded, int sampleRate) =>
        Compute(reference, degraded, sampleRate, Math.Min(Rate, sampleRate) / 2.0);

    /// <summary>The distance over the bands whose upper end does not exceed a limit.</summary>
    /// <param name="reference">Original.</param>
    /// <param name="degraded">Signal to judge, of the same length.</param>
    /// <param name="sampleRate">Samples per second; other rates than 16 kHz are resampled.</param>
    /// <param name="limitHz">Highest frequency that counts, at most 8000; at least 55, so that one band is left.</param>
    /// <returns>Nepers (1 = 8.7 dB), 0 for identical signals; NaN when the reference is silent or shorter than 20 ms.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Compute(ReadOnlySpan<float> reference, ReadOnlySpan<float> degraded, int sampleRate, double limitHz)
    {
        MetricInput.Check(reference, degraded, sampleRate);
        ArgumentOutOfRangeException.ThrowIfLessThan(limitHz, 55);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limitHz, Rate / 2.0);
        double[] corners = MelFilterbank.Corners(Bands, 0, Rate / 2.0);
        int bands = Enumerable.Range(0, Bands).Count(b => corners[b + 2] <= limitHz + 1e-6);
        double[][] filters = MelFilterbank.Create(Bands, FrameLength, Rate)[..bands];
        Spectrogram x = Spectrum(reference, sampleRate), y = Spectrum(degraded, sampleRate);
        var energy = new double[x.Frames];
        for (int t = 0; t < x.Frames; t++)
        {
            foreach (double magnitude in x.Frame(t))
                energy[t] += magnitude * magnitude;
        }

        double limit = x.Frames == 0 ? 0 : energy.Max() * 1e-4, sum = 0;
        long count = 0;
        for (int t = 0; t < x.Frames; t++)
        {
            if (energy[t] <= limit)
                continue;

            foreach (double[] filter in filters)
            {
                sum += Math.Abs(LogMel(filter, x.Frame(t)) - LogMel(filter, y.Frame(t)));
                count++;
            }
        }

        return count == 0 ? double.NaN : sum / count;
    }

    private static Spectrogram Spectrum(ReadOnlySpan<float> x, int sampleRate)
    {
        float[] samples = Resampler.Resample(x, sampleRate, Rate);
        var padded = new float[FrameLength - Hop + samples.Length];
        samples.CopyTo(padded, FrameLength - Hop);
        return Stft.Magnitude(padded, Windows.PeriodicHann(FrameLength), Hop, FrameLength);
    }

    private static double LogMel(double[] filter, ReadOnlySpan<double> magnitude) =>
        Math.Log(Math.Max(System.Numerics.Tensors.TensorPrimitives.Dot(filter, magnitude), Floor));
}
