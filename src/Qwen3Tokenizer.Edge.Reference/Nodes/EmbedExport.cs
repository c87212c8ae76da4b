using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using static Qwen3Tokenizer.Edge.Reference.Onnx.OnnxGraphBuilder;
using static Qwen3Tokenizer.Edge.Reference.Onnx.TensorProto.Types;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>
/// Embed: the tables of all layers lie one after the other, one Gather reads them all. An absent layer (-1) reads entry 0 and is multiplied by zero. Whoever runs the model
/// checks the codes before (<see cref="CodeRange"/>): a code beyond its own table would read the next layer's.
/// </summary>
internal static class EmbedExport
{
    public static void Append(Node node, ExportContext context)
    {
        var embed = (EmbedNode)node;
        OnnxGraphBuilder onnx = context.Onnx;
        string codes = context.Rows(node.Inputs[0]);
        if (node.Inputs[0].Shape.Channels > embed.Layers)
        {
            codes = context.Slice(codes, 1, 0, embed.Layers);
        }

        string table = onnx.Weight($"{node.Name}.table", embed.Table, (long)embed.Layers * embed.Entries, embed.Dim);
        var offsets = new long[embed.Layers];
        for (int layer = 0; layer < embed.Layers; layer++)
        {
            offsets[layer] = (long)layer * embed.Entries;
        }

        string present = onnx.Add("Max", [codes, onnx.Scalar(0)]);
        string index = onnx.Add("Add", [onnx.Add("Cast", [present], [Int("to", (long)DataType.Int64)]), onnx.Integers(offsets)]);
        string entries = onnx.Add("Gather", [table, index], [Int("axis", 0)]);
        string mask = onnx.Add("Cast", [onnx.Add("GreaterOrEqual", [codes, onnx.Scalar(0)])], [Int("to", (long)DataType.Float)]);
        string kept = onnx.Add("Mul", [entries, onnx.Add("Unsqueeze", [mask, onnx.Integers(2)])]);
        if (embed.Combination == EmbedCombination.Concatenate)
        {
            context.AddRows(node, "Reshape", [kept, onnx.Integers(-1, node.Shape.Channels)]);
            return;
        }

        context.AddRows(node, "ReduceSum", [kept, onnx.Integers(1)], Int("keepdims", 0));
    }
}
