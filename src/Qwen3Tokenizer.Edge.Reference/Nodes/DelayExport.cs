using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;
using static Qwen3Tokenizer.Edge.Reference.Onnx.OnnxGraphBuilder;
using static Qwen3Tokenizer.Edge.Reference.Onnx.TensorProto.Types;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>Delay: the last rows of earlier runs stand before the new ones; what is pushed out at the end is the state.</summary>
internal static class DelayExport
{
    public static void Append(Node node, ExportContext context)
    {
        int delay = ((DelayNode)node).Delay;
        ReadOnlySpan<Dimension> dims = [delay, node.Shape.Channels];
        string all = context.Onnx.Add("Concat", [context.State(node.Name, DataType.Float, dims), context.Rows(node.Inputs[0])], [Int("axis", 0)]);
        string axis = context.Onnx.Integers(0), boundary = context.Onnx.Integers(-delay);
        context.AddRows(node, "Slice", [all, axis, boundary, axis]);
        context.NextState(node.Name, DataType.Float, dims, "Slice", [all, boundary, context.Onnx.Integers(long.MaxValue), axis]);
    }
}
