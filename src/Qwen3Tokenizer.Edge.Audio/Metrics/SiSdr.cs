namespace Qwen3Tokenizer.Edge.Audio.Metrics;

/// <summary>Scale-invariant signal-to-distortion ratio (Le Roux, Wisdom, Erdogan, Hershey: "SDR - half-baked or well done?", ICASSP 2019).</summary>
public static class SiSdr
{
    /// <summary>
    /// In dB: <c>10 log10(|a x|^2 / |y - a x|^2)</c> with <c>a = &lt;x, y&gt; / |x|^2</c>, both signals freed of their mean.
    /// A vocoder does not keep phase, so for its output this figure says nothing.
    /// </summary>
    /// <param name="reference">Clean signal x.</param>
    /// <param name="degraded">Signal y to judge, of the same length.</param>
    /// <param name="sampleRate">Samples per second; has no influence.</param>
    /// <returns>dB; positive infinity for identical signals, negative infinity when y has nothing of x, NaN when the reference is constant or empty.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Compute(ReadOnlySpan<float> reference, ReadOnlySpan<float> degraded, int sampleRate)
    {
        MetricInput.Check(reference, degraded, sampleRate);
        double meanX = Mean(reference), meanY = Mean(degraded), xx = 0, xy = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            double x = reference[i] - meanX, y = degraded[i] - meanY;
            xx += x * x;
            xy += x * y;
        }

        if (xx == 0)
            return double.NaN;

        double scale = xy / xx, target = scale * scale * xx, distortion = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            double e = degraded[i] - meanY - (scale * (reference[i] - meanX));
            distortion += e * e;
        }

        return target == 0 ? double.NegativeInfinity : 10 * Math.Log10(target / distortion);
    }

    private static double Mean(ReadOnlySpan<float> x)
    {
        double sum = 0;
        foreach (float sample in x)
            sum += sample;

        return x.IsEmpty ? 0 : sum / x.Length;
    }
}
