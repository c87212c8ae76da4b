namespace Qwen3Tokenizer.Edge.Models.Families;

/// <summary>Codebooks of Qwen3-TTS-Tokenizer-12Hz, which a checkpoint stores as sums and usage counts (the exponential moving averages of van den Oord et al. 2017, appendix A.1).</summary>
internal static class Qwen3TtsCodebooks
{
    /// <summary>Usage counts below this are taken for it.</summary>
    public const float LeastUsage = 1e-5f;

    /// <summary>Folds sums and usages into entries: entry = sum / max(usage, 1e-5), in single precision as the reference does.</summary>
    /// <param name="weights">The checkpoint.</param>
    /// <param name="layers">Layers.</param>
    /// <param name="entries">Entries a layer.</param>
    /// <param name="dim">Values an entry.</param>
    /// <param name="names">Names of a layer's sums [entries, dim] and usages [entries].</param>
    /// <returns>[layers, entries, dim].</returns>
    public static float[] Fold(WeightSource weights, int layers, int entries, int dim, Func<int, (string Sums, string Usage)> names)
    {
        var folded = new float[checked(layers * entries * dim)];
        for (int layer = 0; layer < layers; layer++)
        {
            (string sumsName, string usageName) = names(layer);
            ReadOnlySpan<float> sums = weights.Map(sumsName, entries, dim).Span, usage = weights.Map(usageName, entries).Span;
            for (int entry = 0; entry < entries; entry++)
            {
                float count = Math.Max(usage[entry], LeastUsage);
                ReadOnlySpan<float> sum = sums.Slice(entry * dim, dim);
                Span<float> values = folded.AsSpan(((layer * entries) + entry) * dim, dim);
                for (int d = 0; d < dim; d++)
                {
                    values[d] = sum[d] / count;
                }
            }

            weights.CheckFinite(sumsName, folded.AsSpan(layer * entries * dim, entries * dim));
        }

        return folded;
    }
}
