using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Tests.Distillation;

public sealed class ResidualQuantizerTests : IDisposable
{
    private const int Layers = 3;
    private const int Entries = 21;
    private const int Dim = 5;

    private readonly Workers _workers = new(2);
    private readonly TensorStore _weights = new("test");
    private readonly Random _random = new(6);

    public ResidualQuantizerTests() => _weights.Set("quantizer.codebooks", [Layers, Entries, Dim], Numbers(Layers * Entries * Dim));

    private ResidualQuantizer Quantizer => new(new QuantizerConfig(Layers, Entries, Dim, "squared euclidean, greedy residual"), _weights, ManagedMatMul.Instance);

    [Fact]
    public void A_search_takes_the_nearest_entry_of_every_layer()
    {
        const int Rows = 40;
        ResidualQuantizer quantizer = Quantizer;
        var search = new QuantizerSearch(Rows, Dim, Layers, Entries);
        float[] latents = Numbers(Rows * Dim);
        quantizer.Search(latents, search);
        for (int row = 0; row < Rows; row++)
        {
            double[] r = [.. latents.AsSpan(row * Dim, Dim).ToArray().Select(v => (double)v)];
            for (int layer = 0; layer < Layers; layer++)
            {
                Assert.Equal(r.Select(v => (float)v), search.Residual(layer).Slice(row * Dim, Dim).ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
                int nearest = Enumerable.Range(0, Entries).MinBy(e => Distance(r, quantizer.Entry(layer, e)));
                Assert.Equal(nearest, search.Codes(layer)[row]);
                float[] entry = quantizer.Entry(layer, nearest).ToArray();
                r = [.. r.Select((v, d) => v - entry[d])];
            }
        }
    }

    [Fact]
    public void K_means_finds_clusters_and_leaves_little()
    {
        float[] centres = Numbers(Entries * Dim);
        float[] latents = new float[2000 * Dim];
        for (int i = 0; i < latents.Length; i++)
        {
            latents[i] = (20 * centres[(i / Dim % Entries * Dim) + (i % Dim)]) + (0.01f * Numbers(1)[0]);
        }

        double[] left = Quantizer.Fit(latents, 12, fresh: true, 1, 100, _workers);
        Assert.Equal(Layers, left.Length);
        Assert.InRange(left[0], 0, 0.1);
        Assert.True(left[2] < left[1] && left[1] < left[0], string.Join(' ', left));
    }

    [Fact]
    public void Entries_follow_what_falls_to_them()
    {
        ResidualQuantizer quantizer = Quantizer;
        float[] latents = Numbers(4000 * Dim);
        quantizer.Fit(latents, 4, fresh: true, 1, 30, _workers);
        QuantizerSearch[] searches = [new(20, Dim, Layers, Entries), new(10, Dim, Layers, Entries)];
        quantizer.Search(latents.AsSpan(0, 20 * Dim), searches[0]);
        quantizer.Search(latents.AsSpan(20 * Dim, 10 * Dim), searches[1]);
        float[] counts = [.. quantizer.Counts], sums = [.. quantizer.Sums], before = [.. _weights["quantizer.codebooks"].Values];
        quantizer.Follow(searches, 1, 1, _workers);
        int followed = 0;
        for (int e = 0; e < Entries; e++)
        {
            double count = 0.993 * counts[e];
            double[] sum = [.. Enumerable.Range(0, Dim).Select(d => 0.993 * sums[(e * Dim) + d])];
            foreach (QuantizerSearch search in searches)
            {
                for (int row = 0; row < search.Rows; row++)
                {
                    count += search.Codes(0)[row] == e ? 0.007 : 0;
                    for (int d = 0; d < Dim && search.Codes(0)[row] == e; d++)
                    {
                        sum[d] += 0.007 * search.Residual(0)[(row * Dim) + d];
                    }
                }
            }

            if (count >= 0.16 * 30 / Entries)
            {
                followed++;
                Assert.All(Enumerable.Range(0, Dim), d => Assert.Equal(sum[d] / count, quantizer.Entry(0, e)[d], 1e-4));
            }
        }

        Assert.InRange(followed, Entries / 2, Entries);
        Assert.NotEqual(before, _weights["quantizer.codebooks"].Values);
    }

    [Fact]
    public void Dead_entries_come_back_as_residuals_of_the_step()
    {
        ResidualQuantizer quantizer = Quantizer;
        float[] latents = Numbers(30 * Dim);
        var search = new QuantizerSearch(30, Dim, Layers, Entries);
        quantizer.Search(latents, search);
        quantizer.Follow([search], 1, 1, _workers);

        // Nothing had ever fallen to any entry: at most sixteen of a layer are set to rows of the step.
        int revived = Enumerable.Range(0, Entries).Count(e => Enumerable.Range(0, 30).Any(row => quantizer.Entry(0, e).SequenceEqual(latents.AsSpan(row * Dim, Dim))));
        Assert.Equal(16, revived);
    }

    public void Dispose() => _workers.Dispose();

    private static double Distance(double[] r, ReadOnlySpan<float> entry)
    {
        double sum = 0;
        for (int d = 0; d < r.Length; d++)
        {
            sum += (r[d] - entry[d]) * (r[d] - entry[d]);
        }

        return sum;
    }

    private float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((_random.NextDouble() * 2) - 1))];
}
