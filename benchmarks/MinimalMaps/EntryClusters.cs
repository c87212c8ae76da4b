namespace Qwen3Tokenizer.Edge.Benchmarks.MinimalMaps;

/// <summary>
/// Chooses the entries of a codebook that stand for the others: k-means of the entries weighted by their usage (k-means++, Arthur and Vassilvitskii 2007, then Lloyd 1982), each
/// cluster represented by the entry of least weighted squared distance to the others, which is the one nearest to the weighted mean; then the same with the representatives as
/// centres while the cost falls (Voronoi iteration for k-medoids). The best of a few starts.
/// </summary>
/// <param name="entries">The codebook.</param>
/// <param name="usage">How often each entry was taken.</param>
/// <param name="count">Representatives wanted; at least as many entries are used.</param>
internal sealed class EntryClusters(Vectors entries, int[] usage, int count)
{
    private const int Starts = 4;
    private const int MostRounds = 100;

    /// <summary>The representatives, ascending.</summary>
    /// <param name="seed">The same seed chooses the same entries.</param>
    public ushort[] Choose(int seed)
    {
        var random = new Random(seed);
        (double Cost, ushort[] Chosen) best = (double.PositiveInfinity, []);
        for (int start = 0; start < Starts; start++)
        {
            Vectors centres = FirstCentres(random);
            int[] cluster = entries.Nearest(centres);
            for (int round = 0; round < MostRounds; round++)
            {
                MoveToMeans(centres, cluster);
                int[] next = entries.Nearest(centres);
                if (next.AsSpan().SequenceEqual(cluster))
                {
                    break;
                }

                cluster = next;
            }

            ushort[] medoids = Medoids(cluster, centres);
            for (double last = double.PositiveInfinity; ;)
            {
                cluster = entries.Nearest(entries.Select(medoids));
                double cost = Cost(cluster, medoids);
                if (cost < best.Cost)
                {
                    best = (cost, medoids);
                }

                if (cost >= last)
                {
                    break;
                }

                last = cost;
                MoveToMeans(centres, cluster);
                medoids = Medoids(cluster, centres);
            }
        }

        return [.. best.Chosen.Order()];
    }

    private Vectors FirstCentres(Random random)
    {
        var chosen = new ushort[count];
        double[] mass = Array.ConvertAll(usage, u => (double)u), nearest = [.. Enumerable.Repeat(double.PositiveInfinity, usage.Length)];
        for (int k = 0; k < count; k++)
        {
            double at = random.NextDouble() * mass.Sum();
            int entry = 0;
            while (entry < mass.Length - 1 && (at -= mass[entry]) >= 0)
            {
                entry++;
            }

            chosen[k] = (ushort)entry;
            for (int e = 0; e < mass.Length; e++)
            {
                nearest[e] = Math.Min(nearest[e], Distance(entries[e], entries[entry]));
                mass[e] = usage[e] * nearest[e];
            }
        }

        return entries.Select(chosen);
    }

    // A cluster without usage keeps its centre.
    private void MoveToMeans(Vectors centres, int[] cluster)
    {
        var sums = new double[count * entries.Dim];
        var weights = new double[count];
        for (int e = 0; e < cluster.Length; e++)
        {
            weights[cluster[e]] += usage[e];
            for (int d = 0; d < entries.Dim; d++)
            {
                sums[(cluster[e] * entries.Dim) + d] += (double)usage[e] * entries[e][d];
            }
        }

        for (int k = 0; k < count; k++)
        {
            for (int d = 0; d < entries.Dim && weights[k] > 0; d++)
            {
                centres[k][d] = (float)(sums[(k * entries.Dim) + d] / weights[k]);
            }
        }
    }

    // The entry of each cluster that is nearest to its centre; for a cluster without entries, the free entry that is used most.
    private ushort[] Medoids(int[] cluster, Vectors centres)
    {
        int[] medoids = [.. Enumerable.Repeat(-1, count)];
        for (int e = 0; e < cluster.Length; e++)
        {
            Span<float> centre = centres[cluster[e]];
            int medoid = medoids[cluster[e]];
            if (medoid < 0 || Distance(entries[e], centre) < Distance(entries[medoid], centre))
            {
                medoids[cluster[e]] = e;
            }
        }

        var taken = medoids.ToHashSet();
        for (int k = 0; k < count; k++)
        {
            if (medoids[k] < 0)
            {
                medoids[k] = Enumerable.Range(0, usage.Length).Where(e => !taken.Contains(e)).MaxBy(e => usage[e]);
                taken.Add(medoids[k]);
            }
        }

        return Array.ConvertAll(medoids, m => (ushort)m);
    }

    private double Cost(int[] cluster, ushort[] medoids) => cluster.Select((k, e) => usage[e] * Distance(entries[e], entries[medoids[k]])).Sum();

    private static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int d = 0; d < a.Length; d++)
        {
            double difference = (double)a[d] - b[d];
            sum += difference * difference;
        }

        return sum;
    }
}
