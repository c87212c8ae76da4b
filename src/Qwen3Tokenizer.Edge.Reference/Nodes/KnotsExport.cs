using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using static Qwen3Tokenizer.Edge.Reference.Onnx.OnnxGraphBuilder;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>Knots: left + (right - left) * weight.</summary>
internal static class KnotsExport
{
    public static void Append(Node node, ExportContext context)
    {
        var knots = (KnotsNode)node;
        OnnxGraphBuilder onnx = context.Onnx;
        string x = context.Rows(node.Inputs[0]);
        long[] index = Array.ConvertAll(knots.Index, i => (long)i);
        string left = onnx.Add("Gather", [x, onnx.Integers(index)], [Int("axis", 1)]);
        string right = onnx.Add("Gather", [x, onnx.Integers(Array.ConvertAll(index, i => i + 1))], [Int("axis", 1)]);
        string step = onnx.Add("Mul", [onnx.Add("Sub", [right, left]), onnx.Weight($"{node.Name}.weight", knots.Weight, knots.Weight.Length)]);
        context.AddRows(node, "Add", [left, step]);
    }
}
