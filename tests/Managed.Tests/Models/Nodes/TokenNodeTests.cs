using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Models.Nodes;

public sealed class TokenNodeTests
{
    [Theory]
    [InlineData(4, 32, 6)]
    [InlineData(2, 300, 64)]
    [InlineData(1, 5, 1)]
    public void Quantization_takes_the_nearest_entry_and_goes_on_with_the_rest(int layers, int entries, int dim)
    {
        float[] books = NodeRun.Normal(1, layers * entries * dim);
        FloatTensor latent = NodeRun.Normal(2, 40, dim, 1.5);
        FloatTensor codes = NodeRun.Whole(new QuantizeNode("y", new InputNode("x", 1, dim), books, layers, entries), ("x", latent));
        for (int row = 0; row < 40; row++)
        {
            float[] rest = [.. latent.Row(row)];
            for (int layer = 0; layer < layers; layer++)
            {
                double[] distances = [.. Enumerable.Range(0, entries).Select(e => Enumerable.Range(0, dim).Sum(d => Math.Pow(rest[d] - (double)books[(((layer * entries) + e) * dim) + d], 2)))];
                int nearest = Array.IndexOf(distances, distances.Min());
                Assert.Equal(nearest, codes.Row(row)[layer]);
                rest = [.. rest.Select((r, d) => r - books[(((layer * entries) + nearest) * dim) + d])];
            }
        }
    }

    [Fact]
    public void The_lowest_index_wins_a_tie()
    {
        // Entries 1 and 3 are the same; 0 and 2 are further away.
        float[] book = [5, 5, 1, 2, -4, 0, 1, 2];
        var x = new FloatTensor(2, 2, [1.5f, 2, 1e-30f, 1e-30f]);
        Assert.Equal([1, 1], NodeRun.Whole(new QuantizeNode("y", new InputNode("x", 1, 2), book, 1, 4), ("x", x)).Data);
    }

    [Fact]
    public void Near_ties_beyond_float32_are_decided_in_double_precision()
    {
        // Scores 2 r.c - |c|^2 that differ by 1e-8 of their size, less than float32 can show.
        const int dim = 100;
        float[] r = NodeRun.Normal(3, dim, 100.0), near = [.. r], far = [.. r];
        near[7] += 0.0625f;
        far[90] -= 0.125f;
        float[] book = [.. far, .. near];
        Assert.Equal([1f], NodeRun.Whole(new QuantizeNode("y", new InputNode("x", 1, dim), book, 1, 2), ("x", new FloatTensor(1, dim, r))).Data);
    }

    [Fact]
    public void Entries_are_summed_over_the_layers_that_are_present()
    {
        float[] table = [1, 2, 3, 4, 10, 20, 30, 40];
        var node = new EmbedNode("y", new InputNode("x", 1, 3), table, 2, 2, 2, EmbedCombination.Sum);
        Assert.Equal([31, 42, 3, 4, 0, 0], NodeRun.Whole(node, ("x", new FloatTensor(3, 3, [0, 1, 0, 1, -1, 9, -1, -1, -1]))).Data);
    }

    [Fact]
    public void Entries_are_concatenated_with_layer_zero_first()
    {
        float[] table = [1, 2, 3, 4, 10, 20, 30, 40];
        var node = new EmbedNode("y", new InputNode("x", 1, 3), table, 2, 2, 2, EmbedCombination.Concatenate);
        Assert.Equal([1, 2, 30, 40], NodeRun.Whole(node, ("x", new FloatTensor(1, 3, [0, 1, -1]))).Data);
        Assert.Equal([3, 4, 0, 0], NodeRun.Whole(node, ("x", new FloatTensor(1, 3, [1, -1, -1]))).Data);
    }

    [Theory]
    [InlineData(EmbedCombination.Sum, 2)]
    [InlineData(EmbedCombination.Sum, -2)]
    [InlineData(EmbedCombination.Sum, 0.5f)]
    [InlineData(EmbedCombination.Sum, float.NaN)]
    [InlineData(EmbedCombination.Concatenate, -2)]
    public void Codes_outside_the_table_are_refused(EmbedCombination combination, float code)
    {
        var node = new EmbedNode("y", new InputNode("x", 1, 1), new float[] { 1, 2 }, 1, 2, 1, combination);
        Assert.Throws<ArgumentException>(() => NodeRun.Whole(node, ("x", new FloatTensor(1, 1, [code]))));
    }
}
