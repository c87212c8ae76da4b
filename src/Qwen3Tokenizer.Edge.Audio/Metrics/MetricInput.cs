namespace Qwen3Tokenizer.Edge.Audio.Metrics;

/// <summary>What every metric asks of its input.</summary>
internal static class MetricInput
{
    public static void Check(ReadOnlySpan<float> reference, ReadOnlySpan<float> degraded, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        if (reference.Length != degraded.Length)
            throw new ArgumentException($"Reference and degraded signal differ in length: {reference.Length} and {degraded.Length} samples.", nameof(degraded));
    }

    public static double[] ToDouble(ReadOnlySpan<float> x)
    {
        var y = new double[x.Length];
        for (int i = 0; i < y.Length; i++)
            y[i] = x[i];

        return y;
    }
}
