using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Tests.Models.Nodes;

/// <summary>Runs single nodes, whole or in pieces.</summary>
internal static class NodeRun
{
    /// <summary>Values of a normal distribution, reproducible.</summary>
    public static float[] Normal(int seed, int count, double scale = 1)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)(scale * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }

    public static FloatTensor Normal(int seed, int rows, int channels, double scale = 1) => new(rows, channels, Normal(seed, rows * channels, scale));

    /// <summary>The output of a graph whose last node is <paramref name="node"/>, fed in one piece.</summary>
    public static FloatTensor Whole(Node node, params (string Name, FloatTensor Value)[] inputs) => Pieces(node, [FramesOf(node, inputs)], inputs);

    /// <summary>The same, fed in pieces of the given numbers of frames.</summary>
    public static FloatTensor Pieces(Node node, IEnumerable<int> pieces, params (string Name, FloatTensor Value)[] inputs)
    {
        var graph = new Graph("test", node);
        var executor = new FloatExecutor(graph);
        var rows = new List<float>();
        int start = 0;
        foreach (int frames in pieces)
        {
            Dictionary<string, FloatTensor> part = inputs.ToDictionary(i => i.Name, i =>
            {
                int perFrame = graph[i.Name].Shape.Rows;
                return new FloatTensor(frames * perFrame, i.Value.Channels, i.Value.Data.AsSpan(start * perFrame * i.Value.Channels, frames * perFrame * i.Value.Channels).ToArray());
            });
            rows.AddRange(executor.Run(frames, part)[0].Data);
            start += frames;
        }

        Assert.Equal(FramesOf(node, inputs), start);
        return new FloatTensor(start * node.Shape.Rows, node.Shape.Channels, [.. rows]);
    }

    /// <summary>Largest absolute difference, with the shapes checked.</summary>
    public static double MaxError(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs((double)expected[i] - actual[i]);
            largest = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(largest, error);
        }

        return largest;
    }

    /// <summary>Asserts |actual - expected| &lt;= tolerance everywhere.</summary>
    public static void Close(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance) =>
        Assert.InRange(MaxError(expected, actual), 0, tolerance);

    private static int FramesOf(Node node, (string Name, FloatTensor Value)[] inputs)
    {
        Node input = new Graph("test", node)[inputs[0].Name];
        return inputs[0].Value.Rows / input.Shape.Rows;
    }
}
