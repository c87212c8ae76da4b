namespace Qwen3Tokenizer.Edge.Audio.Metrics;

/// <summary>A mean over clips and how far it can be trusted: the percentile interval of the bootstrap (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13).</summary>
/// <param name="Mean">Mean; NaN without values.</param>
/// <param name="Low">Lower end of the interval; NaN without values.</param>
/// <param name="High">Upper end.</param>
/// <param name="Count">Values that it rests on.</param>
public readonly record struct MeanInterval(double Mean, double Low, double High, int Count)
{
    private const int Resamples = 4000;

    // Any fixed number: the same values give the same interval.
    private const int Seed = 20110917;

    /// <summary>Mean of the finite values, and the interval in which the means of clips drawn from them again, with replacement, lie.</summary>
    /// <param name="values">One value per clip; those that are not finite (a clip without a voiced frame has no pitch error) are left out.</param>
    /// <param name="confidence">Share of the means inside the interval, between 0 and 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The confidence is not between 0 and 1.</exception>
    public static MeanInterval Of(ReadOnlySpan<double> values, double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(confidence);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(confidence, 1);
        var known = new List<double>(values.Length);
        foreach (double value in values)
        {
            if (double.IsFinite(value))
                known.Add(value);
        }

        if (known.Count == 0)
            return new MeanInterval(double.NaN, double.NaN, double.NaN, 0);

        var random = new Random(Seed);
        var means = new double[Resamples];
        for (int r = 0; r < Resamples; r++)
        {
            double sum = 0;
            for (int i = 0; i < known.Count; i++)
                sum += known[random.Next(known.Count)];

            means[r] = sum / known.Count;
        }

        Array.Sort(means);
        double tail = (1 - confidence) / 2;
        return new MeanInterval(known.Average(), Quantile(means, tail), Quantile(means, 1 - tail), known.Count);
    }

    /// <summary>Mean of <paramref name="a"/> - <paramref name="b"/> over the clips that have both, which is far surer than the difference of two means: easy and hard clips are so for both.</summary>
    /// <param name="a">One value per clip.</param>
    /// <param name="b">The other system's values of the same clips in the same order.</param>
    /// <param name="confidence">Share of the means inside the interval, between 0 and 1.</param>
    /// <exception cref="ArgumentException">There are not as many values of one as of the other.</exception>
    public static MeanInterval OfDifference(ReadOnlySpan<double> a, ReadOnlySpan<double> b, double confidence = 0.95)
    {
        if (a.Length != b.Length)
            throw new ArgumentException($"The systems have values of {a.Length} and {b.Length} clips.", nameof(b));

        var differences = new double[a.Length];
        for (int i = 0; i < a.Length; i++)
            differences[i] = a[i] - b[i];

        return Of(differences, confidence);
    }

    // Linear between neighbours (Hyndman and Fan 1996, type 7).
    private static double Quantile(double[] sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        return below + 1 < sorted.Length ? sorted[below] + ((position - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
