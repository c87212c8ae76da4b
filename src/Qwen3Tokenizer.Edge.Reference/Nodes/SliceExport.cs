using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>Some channels, clipped: each step only where it does something. Channels are the second axis of both orders.</summary>
internal static class SliceExport
{
    public static void Append(Node node, ExportContext context)
    {
        var slice = (SliceNode)node;
        LayoutValues x = context.Pointwise(node);
        string value = x.Values[0];
        if (node.Shape.Channels < node.Inputs[0].Shape.Channels)
        {
            value = context.Slice(value, 1, slice.Offset, slice.Offset + node.Shape.Channels);
        }

        if (float.IsFinite(slice.Low) || float.IsFinite(slice.High))
        {
            context.AddPointwise(node, x, "Clip", value, context.Onnx.Scalar(slice.Low), context.Onnx.Scalar(slice.High));
        }
        else
        {
            context.AddPointwise(node, x, "Identity", value);
        }
    }
}
