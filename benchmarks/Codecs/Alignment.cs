using Qwen3Tokenizer.Edge.Audio.Metrics;

namespace Qwen3Tokenizer.Edge.Benchmarks.Codecs;

/// <summary>
/// Brings a decoded clip to its best lag and to the level of the original, for every codec alike: the lag within 100 ms at which the envelopes correlate best, then around
/// it the lag with the highest STOI, to 1 ms.
/// </summary>
internal static class Alignment
{
    private const int Millisecond = SpeechClip.Rate / 1000;
    private const int MaxLag = 100;
    private const int Window = 10;

    /// <summary>The decoded clip as long as the original, aligned in time and level.</summary>
    public static float[] Align(ReadOnlySpan<float> original, ReadOnlySpan<float> decoded)
    {
        int lag = EnvelopeLag(original, decoded);
        foreach (int step in (int[])[4, 1])
        {
            (int centre, double best) = (lag, double.NegativeInfinity);
            for (int l = centre - (4 * step); l <= centre + (4 * step); l += step)
            {
                double stoi = Stoi.Compute(original, Shift(original.Length, decoded, l), SpeechClip.Rate);
                (lag, best) = stoi > best ? (l, stoi) : (lag, best);
            }
        }

        float[] aligned = Shift(original.Length, decoded, lag);
        double gain = Math.Sqrt(Energy(original) / Math.Max(Energy(aligned), 1e-12));
        return Array.ConvertAll(aligned, s => (float)(s * gain));
    }

    // Sample j of the result is sample j + lag of the decoded signal.
    private static float[] Shift(int length, ReadOnlySpan<float> decoded, int lag)
    {
        var shifted = new float[length];
        int start = lag * Millisecond, from = Math.Max(0, -start), count = Math.Min(length, decoded.Length - start) - from;
        if (count > 0)
        {
            decoded.Slice(from + start, count).CopyTo(shifted.AsSpan(from));
        }

        return shifted;
    }

    private static int EnvelopeLag(ReadOnlySpan<float> original, ReadOnlySpan<float> decoded)
    {
        double[] x = Envelope(original), y = Envelope(decoded);
        (int lag, double best) = (0, double.NegativeInfinity);
        for (int l = -MaxLag; l <= MaxLag; l++)
        {
            double sum = 0;
            for (int i = Math.Max(0, -l); i < Math.Min(x.Length, y.Length - l); i++)
            {
                sum += x[i] * y[i + l];
            }

            (lag, best) = sum > best ? (l, sum) : (lag, best);
        }

        return lag;
    }

    // Root mean square over 10 ms, every millisecond, without its mean.
    private static double[] Envelope(ReadOnlySpan<float> x)
    {
        var envelope = new double[Math.Max(0, (x.Length / Millisecond) - Window)];
        for (int i = 0; i < envelope.Length; i++)
        {
            envelope[i] = Math.Sqrt(Energy(x.Slice(i * Millisecond, Window * Millisecond)));
        }

        double mean = envelope.Length == 0 ? 0 : envelope.Average();
        return Array.ConvertAll(envelope, e => e - mean);
    }

    private static double Energy(ReadOnlySpan<float> x)
    {
        double sum = 0;
        foreach (float v in x)
        {
            sum += (double)v * v;
        }

        return sum;
    }
}
