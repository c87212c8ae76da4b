using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>ln(max(x, floor)).</summary>
internal static class LogExport
{
    public static void Append(Node node, ExportContext context)
    {
        LayoutValues x = context.Pointwise(node);
        context.AddPointwise(node, x, "Log", context.Onnx.Add("Max", [x.Values[0], context.Onnx.Scalar(((LogNode)node).Floor)]));
    }
}
