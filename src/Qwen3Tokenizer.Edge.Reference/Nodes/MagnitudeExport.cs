using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Reference.Export;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using static Qwen3Tokenizer.Edge.Reference.Onnx.OnnxGraphBuilder;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>Magnitude of interleaved complex values: the Euclidean norm of every pair.</summary>
internal static class MagnitudeExport
{
    public static void Append(Node node, ExportContext context)
    {
        OnnxGraphBuilder onnx = context.Onnx;
        string pairs = onnx.Add("Reshape", [context.Rows(node.Inputs[0]), onnx.Integers(-1, node.Shape.Channels, 2)]);
        context.AddRows(node, "ReduceL2", [pairs, onnx.Integers(2)], Int("keepdims", 0));
    }
}
