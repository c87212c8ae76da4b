namespace Qwen3Tokenizer.Edge.Audio.Metrics;

/// <summary>How far one pitch track is from another.</summary>
/// <param name="MedianCents">Median absolute difference in cents over the frames voiced in both tracks; NaN when there is none.</param>
/// <param name="GrossErrorRate">Share (0 to 1) of the frames voiced in both that differ by more than 200 cents; NaN when there is none.</param>
/// <param name="VoicingErrorRate">Share (0 to 1) of all frames that are voiced in exactly one track; NaN for empty tracks.</param>
/// <param name="FramesVoicedInBoth">Number of frames the first two figures rest on.</param>
public sealed record PitchError(double MedianCents, double GrossErrorRate, double VoicingErrorRate, int FramesVoicedInBoth)
{
    private const double GrossCents = 200;

    /// <summary>Compares two tracks of <see cref="PitchTracker"/>.</summary>
    /// <param name="reference">Hz per frame, 0 where unvoiced.</param>
    /// <param name="degraded">The same for the signal to judge; as many frames.</param>
    /// <exception cref="ArgumentException">The tracks differ in length.</exception>
    public static PitchError Compare(ReadOnlySpan<float> reference, ReadOnlySpan<float> degraded)
    {
        if (reference.Length != degraded.Length)
            throw new ArgumentException($"The pitch tracks differ in length: {reference.Length} and {degraded.Length} frames.", nameof(degraded));

        var cents = new List<double>();
        int gross = 0, voicing = 0;
        for (int t = 0; t < reference.Length; t++)
        {
            if (reference[t] > 0 && degraded[t] > 0)
            {
                double difference = Math.Abs(1200 * Math.Log2((double)degraded[t] / reference[t]));
                cents.Add(difference);
                gross += difference > GrossCents ? 1 : 0;
            }
            else if (reference[t] > 0 || degraded[t] > 0)
            {
                voicing++;
            }
        }

        cents.Sort();
        int n = cents.Count;
        return new PitchError(
            n == 0 ? double.NaN : (cents[(n - 1) / 2] + cents[n / 2]) / 2,
            n == 0 ? double.NaN : (double)gross / n,
            reference.IsEmpty ? double.NaN : (double)voicing / reference.Length,
            n);
    }
}
