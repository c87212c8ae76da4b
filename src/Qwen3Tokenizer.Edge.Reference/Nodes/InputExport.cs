using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Reference.Export;
using static Qwen3Tokenizer.Edge.Reference.Onnx.TensorProto.Types;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>Input: a model input of the same name, float32 [T, channels], any number of rows T.</summary>
internal static class InputExport
{
    public static void Append(Node node, ExportContext context)
    {
        context.Onnx.Input(node.Name, DataType.Float, node.Name + ".rows", node.Shape.Channels);
        context.SetInput(node);
    }
}
