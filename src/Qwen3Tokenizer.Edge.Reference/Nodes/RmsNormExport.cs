using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using static Qwen3Tokenizer.Edge.Reference.Onnx.OnnxGraphBuilder;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>Root mean square normalization: x / sqrt(mean(x^2) + epsilon) * gain, in the operations that ONNX Runtime recognises and runs as one.</summary>
internal static class RmsNormExport
{
    public static void Append(Node node, ExportContext context)
    {
        var norm = (RmsNormNode)node;
        OnnxGraphBuilder onnx = context.Onnx;
        string x = context.Rows(node.Inputs[0]);
        string mean = onnx.Add("ReduceMean", [onnx.Add("Pow", [x, onnx.Scalar(2)]), onnx.Integers(-1)], [Int("keepdims", 1)]);
        string root = onnx.Add("Sqrt", [onnx.Add("Add", [mean, onnx.Scalar((float)norm.Epsilon)])]);
        if (norm.Gain.Length == 0)
        {
            context.AddRows(node, "Div", [x, root]);
            return;
        }

        context.AddRows(node, "Mul", [onnx.Add("Div", [x, root]), onnx.Weight($"{node.Name}.gain", norm.Gain, norm.Gain.Length)]);
    }
}
