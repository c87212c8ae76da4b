using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>GELU (the erf form), ELU, SiLU.</summary>
internal static class ActivationExport
{
    public static void Append(Node node, ExportContext context)
    {
        LayoutValues x = context.Pointwise(node);
        switch (((ActivationNode)node).Kind)
        {
            case ActivationKind.Gelu:
                context.AddPointwise(node, x, "Gelu", x.Values[0]);
                break;
            case ActivationKind.Elu:
                // ELU(x) = max(x, exp(min(x, 0)) - 1): four passes of vectorised kernels take half of the time of ONNX Runtime's Elu (benchmarks/RESULTS.md).
                string negative = context.Onnx.Add("Exp", [context.Onnx.Add("Min", [x.Values[0], context.Onnx.Scalar(0)])]);
                context.AddPointwise(node, x, "Max", x.Values[0], context.Onnx.Add("Sub", [negative, context.Onnx.Scalar(1)]));
                break;
            default:
                context.AddPointwise(node, x, "Mul", x.Values[0], context.Onnx.Add("Sigmoid", [x.Values[0]]));
                break;
        }
    }
}
