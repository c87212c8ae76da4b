namespace Qwen3Tokenizer.Edge.Benchmarks.Peers;

/// <summary>How far values are from float's.</summary>
/// <param name="RelativeError">Root of the energy of the difference over that of the reference.</param>
internal readonly record struct Deviation(double RelativeError)
{
    /// <summary>Signal-to-noise ratio, dB.</summary>
    public double Decibels => -20 * Math.Log10(Math.Max(RelativeError, 1e-15));

    /// <summary>Compares values one by one.</summary>
    public static Deviation Of(ReadOnlySpan<float> reference, ReadOnlySpan<float> values)
    {
        if (reference.Length != values.Length)
        {
            throw new ArgumentException($"{values.Length} values cannot be compared with {reference.Length}.", nameof(values));
        }

        double signal = 0, noise = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            double error = values[i] - (double)reference[i];
            signal += (double)reference[i] * reference[i];
            noise += error * error;
        }

        return new Deviation(Math.Sqrt(noise / signal));
    }
}
