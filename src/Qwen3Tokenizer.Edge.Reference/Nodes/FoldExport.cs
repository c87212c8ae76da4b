using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Reference.Export;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>Fold: the same values as rows of another length.</summary>
internal static class FoldExport
{
    public static void Append(Node node, ExportContext context) =>
        context.AddRows(node, "Reshape", [context.Rows(node.Inputs[0]), context.Onnx.Integers(-1, node.Shape.Channels)]);
}
