using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Models.Nodes;

public sealed class AttentionTests
{
    [Fact]
    public void Two_heads_that_share_keys_in_a_window_of_three_are_those_of_numpy()
    {
        // import numpy as np
        // i = np.arange(48); q = np.sin(i * 0.7).reshape(6, 8); k = np.cos(i[:24] * 1.1).reshape(6, 4); v = np.sin(i[:24] ** 2 * 0.3).reshape(6, 4)
        // def rope(x, pos):
        //     a = pos * 100. ** (-2 * np.arange(2) / 4); return np.concatenate([x[:2] * np.cos(a) - x[2:] * np.sin(a), x[2:] * np.cos(a) + x[:2] * np.sin(a)])
        // for t in range(6):
        //     for h in range(2):
        //         r = range(max(0, t - 2), t + 1); s = [rope(q[t, 4*h:4*h+4], t) @ rope(k[j], j) / 2 for j in r]
        //         y[t, 4*h:4*h+4] = np.exp(s) / np.sum(np.exp(s)) @ v[list(r)]
        float[] expected =
        [
            0.0f, 0.2955202f, 0.9320391f, 0.4273799f, 0.0f, 0.2955202f, 0.9320391f, 0.4273799f,
            -0.7976581f, 0.8099725f, -0.599736f, 0.7623785f, -0.2679235f, 0.4683184f, 0.4175348f, 0.5399018f,
            0.0696493f, -0.2520496f, -0.5272154f, -0.3852914f, -0.596151f, 0.5817021f, -0.5243323f, 0.5245294f,
            -0.2218511f, -0.0830607f, -0.3932815f, -0.6991983f, -0.5991944f, 0.409122f, -0.6171516f, 0.0023062f,
            -0.2906961f, 0.0309153f, 0.3910354f, -0.7215202f, 0.5076084f, -0.7115971f, -0.3113767f, -0.1500846f,
            0.1255482f, -0.1099169f, 0.5332252f, 0.0526011f, 0.3705376f, 0.1569158f, 0.5942355f, 0.5726283f,
        ];
        var q = new FloatTensor(6, 8, [.. Enumerable.Range(0, 48).Select(i => (float)Math.Sin(i * 0.7))]);
        var k = new FloatTensor(6, 4, [.. Enumerable.Range(0, 24).Select(i => (float)Math.Cos(i * 1.1))]);
        var v = new FloatTensor(6, 4, [.. Enumerable.Range(0, 24).Select(i => (float)Math.Sin(i * i * 0.3))]);
        NodeRun.Close(expected, NodeRun.Whole(Node(8, 4, 2, 1, 4, 100, 3), ("q", q), ("k", k), ("v", v)).Data, 1e-6);
    }

    [Theory]
    [InlineData(4, 4, 6, 0)]
    [InlineData(4, 2, 6, 0)]
    [InlineData(6, 2, 2, 7)]
    [InlineData(3, 1, 20, 1)]
    [InlineData(2, 2, 8, 100)]
    public void Attention_is_its_formula(int heads, int shared, int size, int window)
    {
        const int rows = 50;
        FloatTensor q = NodeRun.Normal(1, rows, heads * size), k = NodeRun.Normal(2, rows, shared * size), v = NodeRun.Normal(3, rows, shared * size);
        FloatTensor y = NodeRun.Whole(Node(heads * size, shared * size, heads, shared, size, 10000, window), ("q", q), ("k", k), ("v", v));
        for (int t = 0; t < rows; t++)
        {
            for (int h = 0; h < heads; h++)
            {
                int group = h * shared / heads * size, first = window == 0 ? 0 : Math.Max(0, t - window + 1);
                double[] logits = [.. Enumerable.Range(first, t - first + 1).Select(j => RotatedDot(q.Row(t).Slice(h * size, size), t, k.Row(j).Slice(group, size), j) / Math.Sqrt(size))];
                double sum = logits.Sum(Math.Exp);
                for (int d = 0; d < size; d++)
                {
                    double expected = logits.Select((l, j) => Math.Exp(l) / sum * v.Row(first + j)[group + d]).Sum();
                    Assert.Equal(expected, y.Row(t)[(h * size) + d], 5e-6);
                }
            }
        }
    }

    [Fact]
    public void Only_the_window_is_kept()
    {
        AttentionNode node = Node(4, 4, 1, 1, 4, 10000, 3);
        FloatTensor x = NodeRun.Normal(5, 1000, 4);
        FloatTensor late = NodeRun.Whole(node, ("q", x), ("k", x), ("v", x));
        FloatTensor y = NodeRun.Normal(6, 1000, 4);
        x.Data.AsSpan(997 * 4).CopyTo(y.Data.AsSpan(997 * 4));
        Assert.Equal(late.Row(999).ToArray(), NodeRun.Whole(node, ("q", y), ("k", y), ("v", y)).Row(999).ToArray());
        Assert.Equal(2 * 4 * 3, node.MultiplyAccumulates);
    }

    // Rotations by the positions: only their difference matters in the product of complex pairs.
    private static double RotatedDot(ReadOnlySpan<float> q, int t, ReadOnlySpan<float> k, int j)
    {
        int half = q.Length / 2;
        double sum = 0;
        for (int m = 0; m < half; m++)
        {
            (double sine, double cosine) = Math.SinCos((t - j) * Math.Pow(10000, -2.0 * m / q.Length));
            sum += (cosine * ((q[m] * (double)k[m]) + (q[half + m] * (double)k[half + m]))) + (sine * ((q[m] * (double)k[half + m]) - (q[half + m] * (double)k[m])));
        }

        return sum;
    }

    private static AttentionNode Node(int queries, int keys, int heads, int shared, int size, double theta, int window) =>
        new("y", new InputNode("q", 1, queries), new InputNode("k", 1, keys), new InputNode("v", 1, keys), heads, shared, size, theta, window);
}
