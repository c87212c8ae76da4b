using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;
using Qwen3Tokenizer.Edge.Reference.Onnx;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>x + sin(alpha x)^2 / (beta + 1e-9).</summary>
internal static class SnakeExport
{
    public static void Append(Node node, ExportContext context)
    {
        var snake = (SnakeNode)node;
        OnnxGraphBuilder onnx = context.Onnx;
        LayoutValues x = context.Pointwise(node);
        float[] scale = Array.ConvertAll(snake.Beta, b => (float)(1 / (b + SnakeNode.Epsilon)));
        string sine = onnx.Add("Sin", [onnx.Add("Mul", [x.Values[0], context.PerChannel(node, x, "alpha", snake.Alpha)])]);
        string square = onnx.Add("Mul", [onnx.Add("Mul", [sine, sine]), context.PerChannel(node, x, "scale", scale)]);
        context.AddPointwise(node, x, "Add", x.Values[0], square);
    }
}
