using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>(x - offset) * gain; without the subtraction where all offsets are zero (a layer scale).</summary>
internal static class AffineExport
{
    public static void Append(Node node, ExportContext context)
    {
        var affine = (AffineNode)node;
        LayoutValues x = context.Pointwise(node);
        string value = x.Values[0];
        if (affine.Offset.AsSpan().ContainsAnyExcept(0f))
        {
            value = context.Onnx.Add("Sub", [value, context.PerChannel(node, x, "offset", affine.Offset)]);
        }

        context.AddPointwise(node, x, "Mul", value, context.PerChannel(node, x, "gain", affine.Gain));
    }
}
