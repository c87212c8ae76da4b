namespace Qwen3Tokenizer.Edge.Audio.Metrics;

/// <summary>Level of one frequency band in two signals.</summary>
/// <param name="CentreHz">Centre frequency.</param>
/// <param name="LowHz">Lower edge.</param>
/// <param name="HighHz">Upper edge.</param>
/// <param name="ReferenceDb">Mean square of the reference in the band, dB of full scale squared (a sine of amplitude 1 has -3.01); at least -120.</param>
/// <param name="DegradedDb">The same of the degraded signal.</param>
public readonly record struct BandLevel(double CentreHz, double LowHz, double HighHz, double ReferenceDb, double DegradedDb)
{
    /// <summary>Degraded minus reference, in dB.</summary>
    public double DifferenceDb => DegradedDb - ReferenceDb;
}

/// <summary>Third-octave levels of two signals, by Welch's averaged periodograms (Hann, half overlap, about 6 Hz resolution).</summary>
public static class BandLevels
{
    private const double FloorDb = -120;

    /// <summary>Levels in the base-ten third-octave bands of IEC 61260-1, <c>1000 * 10^(k / 10)</c> Hz with edges at <c>10^(+-1 / 20)</c>, from 100 Hz to the last band that ends below half the sample rate.</summary>
    /// <param name="reference">Original.</param>
    /// <param name="degraded">Signal to judge, of the same length.</param>
    /// <param name="sampleRate">Samples per second, 1000 to 1000000.</param>
    /// <returns>Bands in order of frequency.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static BandLevel[] Compute(ReadOnlySpan<float> reference, ReadOnlySpan<float> degraded, int sampleRate)
    {
        MetricInput.Check(reference, degraded, sampleRate);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sampleRate, 1_000_000);
        int frame = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(sampleRate / 8));
        double[] x = MeanSquarePerBin(reference, frame), y = MeanSquarePerBin(degraded, frame);
        double binHz = (double)sampleRate / frame;
        var levels = new List<BandLevel>();
        for (int k = -10; ; k++)
        {
            double centre = 1000 * Math.Pow(10, k / 10.0), low = centre * Math.Pow(10, -0.05), high = centre * Math.Pow(10, 0.05);
            if (high > sampleRate / 2.0)
                return [.. levels];

            levels.Add(new BandLevel(centre, low, high, Level(x, low / binHz, high / binHz), Level(y, low / binHz, high / binHz)));
        }
    }

    /// <summary>Mean square of the signal split over the bins: they sum to the mean square of the (windowed, compensated) frames.</summary>
    private static double[] MeanSquarePerBin(ReadOnlySpan<float> samples, int frame)
    {
        // Half a frame of zeros at either end gives every sample the same weight; at least one whole frame results.
        int hop = frame / 2;
        var padded = new float[(((samples.Length + hop - 1) / hop) + 2) * hop];
        samples.CopyTo(padded.AsSpan(hop));
        Spectrogram power = Stft.Power(padded, Windows.PeriodicHann(frame), hop, frame);
        var bins = new double[power.Bins];
        for (int t = 0; t < power.Frames; t++)
        {
            ReadOnlySpan<double> row = power.Frame(t);
            for (int k = 0; k < bins.Length; k++)
                bins[k] += row[k] * (k == 0 || k == bins.Length - 1 ? 1 : 2);
        }

        // Parseval: sum |X|^2 = frame * sum (w x)^2, and every sample meets w^2 of overlapping windows 3/4 in the mean.
        double scale = 1 / (0.75 * frame * Math.Max(1, samples.Length));
        for (int k = 0; k < bins.Length; k++)
            bins[k] *= scale;

        return bins;
    }

    /// <summary>Bin k spreads over k -+ 1/2; a bin cut by an edge counts with the share inside.</summary>
    private static double Level(double[] bins, double low, double high)
    {
        double sum = 0;
        for (int k = (int)Math.Floor(low); k <= Math.Min(bins.Length - 1, (int)Math.Ceiling(high)); k++)
            sum += bins[k] * Math.Clamp(Math.Min(high, k + 0.5) - Math.Max(low, k - 0.5), 0, 1);

        return Math.Max(FloorDb, 10 * Math.Log10(sum));
    }
}
