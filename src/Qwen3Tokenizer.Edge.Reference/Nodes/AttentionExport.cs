using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using static Qwen3Tokenizer.Edge.Reference.Onnx.OnnxGraphBuilder;
using static Qwen3Tokenizer.Edge.Reference.Onnx.TensorProto.Types;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>
/// Attention: rows become heads [H, T, headSize], queries and keys are rotated, the keys and values of the past stand before the new ones, and
/// y = softmax(q k^T / sqrt(headSize) + mask) v. States: rotated keys and values [keyValueHeads, past, headSize]; no rows at the start of a stream.
/// </summary>
internal static class AttentionExport
{
    public static void Append(Node node, ExportContext context)
    {
        var attention = (AttentionNode)node;
        OnnxGraphBuilder onnx = context.Onnx;
        (string cosine, string sine) = StreamPositions.Rotation(context, attention);
        string scale = onnx.Scalar((float)(1 / Math.Sqrt(attention.HeadSize)));
        string query = onnx.Add("Mul", [Rotate(context, Heads(context, attention, 0, attention.Heads), cosine, sine), scale]);
        string key = Extend(context, attention, "keys", Rotate(context, Heads(context, attention, 1, attention.KeyValueHeads), cosine, sine));
        string value = Extend(context, attention, "values", Heads(context, attention, 2, attention.KeyValueHeads));
        int group = attention.Heads / attention.KeyValueHeads;
        if (group > 1)
        {
            // [keyValueHeads, group, T, headSize] against [keyValueHeads, 1, past + T, headSize]: the head that several queries share is broadcast.
            query = onnx.Add("Reshape", [query, onnx.Integers(attention.KeyValueHeads, group, -1, attention.HeadSize)]);
            key = onnx.Add("Unsqueeze", [key, onnx.Integers(1)]);
            value = onnx.Add("Unsqueeze", [value, onnx.Integers(1)]);
        }

        string transposed = onnx.Add("Transpose", [key], [group > 1 ? Ints("perm", 0, 1, 3, 2) : Ints("perm", 0, 2, 1)]);
        string logits = onnx.Add("Add", [onnx.Add("MatMul", [query, transposed]), StreamPositions.Mask(context, attention)]);
        string heads = onnx.Add("MatMul", [onnx.Add("Softmax", [logits], [Int("axis", -1)]), value]);
        if (group > 1)
        {
            heads = onnx.Add("Reshape", [heads, onnx.Integers(attention.Heads, -1, attention.HeadSize)]);
        }

        context.AddRows(node, "Reshape", [onnx.Add("Transpose", [heads], [Ints("perm", 1, 0, 2)]), onnx.Integers(-1, node.Shape.Channels)]);
    }

    // [T, heads * headSize] to [heads, T, headSize].
    private static string Heads(ExportContext context, AttentionNode node, int input, int heads)
    {
        string split = context.Onnx.Add("Reshape", [context.Rows(node.Inputs[input]), context.Onnx.Integers(-1, heads, node.HeadSize)]);
        return context.Onnx.Add("Transpose", [split], [Ints("perm", 1, 0, 2)]);
    }

    // The halves (a, b) of a head become (a cos - b sin, b cos + a sin).
    private static string Rotate(ExportContext context, string heads, string cosine, string sine)
    {
        OnnxGraphBuilder onnx = context.Onnx;
        string[] halves = onnx.AddMany("Split", [heads], [Int("axis", -1), Int("num_outputs", 2)], 2);
        string first = onnx.Add("Sub", [onnx.Add("Mul", [halves[0], cosine]), onnx.Add("Mul", [halves[1], sine])]);
        string second = onnx.Add("Add", [onnx.Add("Mul", [halves[1], cosine]), onnx.Add("Mul", [halves[0], sine])]);
        return onnx.Add("Concat", [first, second], [Int("axis", -1)]);
    }

    // The past before the new rows; the state keeps the last window - 1 of both.
    private static string Extend(ExportContext context, AttentionNode node, string part, string rows)
    {
        string name = $"{node.Name}.{part}";
        ReadOnlySpan<Dimension> dims = [node.KeyValueHeads, name + ".rows", node.HeadSize];
        string all = context.Onnx.Add("Concat", [context.State(name, DataType.Float, dims), rows], [Int("axis", 1)]);
        ReadOnlySpan<Dimension> next = [node.KeyValueHeads, name + ".next_rows", node.HeadSize];
        if (node.Window == 0)
        {
            context.NextState(name, DataType.Float, next, "Identity", [all]);
        }
        else
        {
            long start = node.Window == 1 ? long.MaxValue : 1 - node.Window;
            context.NextState(
                name, DataType.Float, next, "Slice", [all, context.Onnx.Integers(start), context.Onnx.Integers(long.MaxValue), context.Onnx.Integers(1)]);
        }

        return all;
    }
}
