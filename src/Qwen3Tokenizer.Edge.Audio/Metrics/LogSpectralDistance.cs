namespace Qwen3Tokenizer.Edge.Audio.Metrics;

/// <summary>
/// Log-spectral distance (Gray and Markel 1976): root mean square over frequency, mean over frames, of the difference of log power spectra.
/// Frames are 32 ms (symmetric Hann, half overlap, 32 ms of zeros after the end); frames within 40 dB of the loudest of the reference count,
/// and a floor 60 dB under the reference's loudest bin is added to both spectra.
/// </summary>
public static class LogSpectralDistance
{
    /// <summary>The distance over the whole band.</summary>
    /// <param name="reference">Original.</param>
    /// <param name="degraded">Signal to judge, of the same length.</param>
    /// <param name="sampleRate">Samples per second, at least 63 (two samples per frame).</param>
    /// <returns>dB, 0 for identical signals; NaN when the reference is silent or empty.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Compute(ReadOnlySpan<float> reference, ReadOnlySpan<float> degraded, int sampleRate) =>
        Compute(reference, degraded, sampleRate, sampleRate / 2.0);

    /// <summary>The distance from 0 Hz to a limit.</summary>
    /// <param name="reference">Original.</param>
    /// <param name="degraded">Signal to judge, of the same length.</param>
    /// <param name="sampleRate">Samples per second, at least 63 (two samples per frame).</param>
    /// <param name="limitHz">Highest frequency that counts, 0 to half the sample rate. Loudness of frames, too, is measured below it.</param>
    /// <returns>dB, 0 for identical signals; NaN when the reference is silent or empty.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Compute(ReadOnlySpan<float> reference, ReadOnlySpan<float> degraded, int sampleRate, double limitHz)
    {
        MetricInput.Check(reference, degraded, sampleRate);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 63);
        ArgumentOutOfRangeException.ThrowIfNegative(limitHz);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limitHz, sampleRate / 2.0);
        int frame = (int)(sampleRate * 0.032);
        Spectrogram x = Spectrum(reference, frame), y = Spectrum(degraded, frame);
        int bins = (int)(limitHz * frame / sampleRate) + 1;
        var energy = new double[x.Frames];
        double loudestBin = 0;
        for (int t = 0; t < x.Frames; t++)
        {
            foreach (double power in x.Frame(t)[..bins])
            {
                energy[t] += power;
                loudestBin = Math.Max(loudestBin, power);
            }
        }

        double floor = loudestBin * 1e-6, limit = x.Frames == 0 ? 0 : energy.Max() * 1e-4, sum = 0;
        int active = 0;
        for (int t = 0; t < x.Frames; t++)
        {
            if (energy[t] <= limit)
                continue;

            double square = 0;
            for (int k = 0; k < bins; k++)
            {
                double d = 10 * Math.Log10((x.Frame(t)[k] + floor) / (y.Frame(t)[k] + floor));
                square += d * d;
            }

            sum += Math.Sqrt(square / bins);
            active++;
        }

        return active == 0 ? double.NaN : sum / active;
    }

    private static Spectrogram Spectrum(ReadOnlySpan<float> x, int frame)
    {
        var padded = new float[x.Length + frame];
        x.CopyTo(padded);
        return Stft.Power(padded, Windows.SymmetricHann(frame), Math.Max(1, frame / 2), frame);
    }
}
