using Google.Protobuf.Collections;
using Qwen3Tokenizer.Edge.Reference.Export;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using static Qwen3Tokenizer.Edge.Reference.Onnx.TensorProto.Types;

namespace Qwen3Tokenizer.Edge.Reference;

/// <summary>A streaming state of an ONNX model: what a run leaves for the next one.</summary>
/// <param name="Input">Name of the input.</param>
/// <param name="Output">Name of the output.</param>
/// <param name="IsInteger">Whether its elements are int64; else float32.</param>
/// <param name="StartShape">Its shape at the start of a stream, where it is zeros: a dimension that changes from run to run is 0.</param>
internal sealed record OnnxState(string Input, string Output, bool IsInteger, long[] StartShape)
{
    /// <summary>The states of a model: inputs that end in .state, with the outputs that belong to them.</summary>
    public static IReadOnlyList<OnnxState> Of(ModelProto model) =>
        [.. model.Graph.Input.Where(i => i.Name.EndsWith(ExportContext.StateSuffix, StringComparison.Ordinal)).Select(Of)];

    private static OnnxState Of(ValueInfoProto input)
    {
        RepeatedField<TensorShapeProto.Types.Dimension> dims = input.Type.TensorType.Shape.Dim;
        return new OnnxState(
            input.Name, input.Name + ExportContext.NextSuffix, input.Type.TensorType.ElemType == (int)DataType.Int64, [.. dims.Select(d => d.HasDimValue ? d.DimValue : 0)]);
    }
}
