using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Reference.Export;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>Sum and product of two values.</summary>
internal static class ArithmeticExport
{
    public static void AppendAdd(Node node, ExportContext context) => Append(node, context, "Add");

    public static void AppendMultiply(Node node, ExportContext context) => Append(node, context, "Mul");

    private static void Append(Node node, ExportContext context, string operation)
    {
        LayoutValues x = context.Pointwise(node);
        context.AddPointwise(node, x, operation, x.Values);
    }
}
