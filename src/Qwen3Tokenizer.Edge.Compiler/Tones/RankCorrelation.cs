namespace Qwen3Tokenizer.Edge.Compiler.Tones;

/// <summary>Rank correlation (Spearman 1904).</summary>
public static class RankCorrelation
{
    /// <summary>Pearson's correlation of the ranks, equal values sharing the mean of theirs; -1 to 1, NaN when one side is constant.</summary>
    /// <param name="x">Values.</param>
    /// <param name="y">As many.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"The sides differ in length: {x.Length} and {y.Length}.", nameof(y));
        double[] a = Ranks(x), b = Ranks(y);
        // The mean rank is the same on both sides, ties or not.
        double mean = (x.Length + 1) / 2.0, ab = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            ab += (a[i] - mean) * (b[i] - mean);
            aa += (a[i] - mean) * (a[i] - mean);
            bb += (b[i] - mean) * (b[i] - mean);
        }

        return ab / Math.Sqrt(aa * bb);
    }

    private static double[] Ranks(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray();
        int[] order = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, order);
        var ranks = new double[order.Length];
        for (int start = 0; start < order.Length;)
        {
            int end = start;
            while (end < order.Length && sorted[end] == sorted[start])
                end++;
            foreach (int i in order.AsSpan(start, end - start))
                ranks[i] = (start + 1 + end) / 2.0;
            start = end;
        }

        return ranks;
    }
}
