using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference;
using Qwen3Tokenizer.Edge.Tests.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Reference;

/// <summary>Runs graphs through ONNX Runtime and holds them against the float executor, whole, in pieces, and with a ragged end.</summary>
internal static class OrtRun
{
    private const int Frames = 7;
    private static readonly int[][] Splits = [[7], [1, 1, 1, 1, 1, 1, 1], [3, 4], [2, 0, 1, 4]];

    /// <summary>Asserts that ONNX Runtime and the float executor agree on random inputs, in every split.</summary>
    public static void AssertLikeFloat(Node output, double tolerance = 1e-5, bool ragged = true, Func<InputNode, FloatTensor>? inputs = null)
    {
        var graph = new Graph("test", output);
        using OrtModel model = OrtModel.Load(graph);
        Dictionary<string, FloatTensor> values = graph.Nodes.OfType<InputNode>().ToDictionary(i => i.Name, i => inputs?.Invoke(i) ?? NodeRun.Normal(i.Name.Length, Frames * i.Shape.Rows, i.Shape.Channels));
        float[] expected = Pieces(new FloatExecutor(graph), values, [Frames]);
        foreach (int[] split in Splits)
        {
            using var executor = new OrtExecutor(model);
            NodeRun.Close(expected, Pieces(executor, values, split), tolerance);
        }

        if (ragged)
        {
            AssertRaggedEnds(graph, model, values, tolerance);
        }
    }

    /// <summary>The first output of a stream that gets its frames in pieces.</summary>
    public static float[] Pieces(IGraphExecutor executor, IReadOnlyDictionary<string, FloatTensor> inputs, IEnumerable<int> split)
    {
        var rows = new List<float>();
        int start = 0;
        foreach (int frames in split)
        {
            int first = start;
            rows.AddRange(executor.Run(frames, inputs.ToDictionary(i => i.Key, i => Part(executor.Graph[i.Key], i.Value, first, frames)))[0].Data);
            start += frames;
        }

        return [.. rows];
    }

    // Two whole frames, then a last piece of one row, of nearly a frame, and of a frame and a row.
    private static void AssertRaggedEnds(Graph graph, OrtModel model, Dictionary<string, FloatTensor> values, double tolerance)
    {
        InputNode[] nodes = [.. graph.Nodes.OfType<InputNode>()];
        int perFrame = nodes[0].Shape.Rows;
        foreach (int last in (ReadOnlySpan<int>)[1, Math.Max(1, perFrame - 1), perFrame + 1])
        {
            float[] expected = Ended(new FloatExecutor(graph), values, last);
            using var executor = new OrtExecutor(model);
            NodeRun.Close(expected, Ended(executor, values, last), tolerance);
            Assert.Throws<InvalidOperationException>(() => executor.RunEnd(values));
            executor.Reset();
            NodeRun.Close(expected, Ended(executor, values, last), tolerance);
        }
    }

    private static float[] Ended(IGraphExecutor executor, Dictionary<string, FloatTensor> values, int last)
    {
        const int whole = 2;
        var rows = new List<float>(Pieces(executor, values, [whole]));
        rows.AddRange(executor.RunEnd(values.ToDictionary(
            i => i.Key,
            i =>
            {
                int start = whole * executor.Graph[i.Key].Shape.Rows * i.Value.Channels;
                return new FloatTensor(last, i.Value.Channels, i.Value.Data.AsSpan(start, last * i.Value.Channels).ToArray());
            }))[0].Data);
        return [.. rows];
    }

    private static FloatTensor Part(Node node, FloatTensor value, int start, int frames)
    {
        int perFrame = node.Shape.Rows * value.Channels;
        return new FloatTensor(frames * node.Shape.Rows, value.Channels, value.Data.AsSpan(start * perFrame, frames * perFrame).ToArray());
    }
}
