using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using static Qwen3Tokenizer.Edge.Reference.Onnx.OnnxGraphBuilder;
using static Qwen3Tokenizer.Edge.Reference.Onnx.TensorProto.Types;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>
/// Causal convolution: history, input and, at the ragged end of a stream, padding up to a multiple of the stride make one row, which a convolution without padding reads.
/// A kernel of one over rows is a Gemm with the weight as it is stored.
/// </summary>
internal static class ConvExport
{
    public static void Append(Node node, ExportContext context)
    {
        var conv = (ConvNode)node;
        if (conv.Kernel == 1 && conv.Groups == 1 && context.HasRows(node.Inputs[0]))
        {
            Linear(conv, context);
            return;
        }

        var form = new Convolution(node.Shape.Channels, node.Inputs[0].Shape.Channels / conv.Groups, conv.Kernel, conv.Stride, conv.Dilation, conv.Groups);
        string y = form.Append(
            context.Onnx, Extended(conv, context), ($"{node.Name}.weight", conv.Weight, null), ($"{node.Name}.bias", conv.Bias), ExportContext.ChannelsName(node));
        context.SetChannels(node, y);
    }

    private static void Linear(ConvNode conv, ExportContext context)
    {
        string weight = context.Onnx.Weight($"{conv.Name}.weight", conv.Weight, conv.Shape.Channels, conv.Inputs[0].Shape.Channels);
        string x = context.Rows(conv.Inputs[0]);
        ReadOnlySpan<string> operands = conv.Bias.Length == 0 ? [x, weight] : [x, weight, context.Onnx.Weight($"{conv.Name}.bias", conv.Bias, conv.Bias.Length)];
        context.AddRows(conv, "Gemm", operands, Int("transB", 1));
    }

    private static string Extended(ConvNode conv, ExportContext context)
    {
        string x = context.Channels(conv.Inputs[0]);
        List<string> parts = [x];
        if (conv.HistoryRows > 0)
        {
            parts.Insert(0, conv.Padding == ConvPadding.Replicate ? ReplicatedHistory(conv, context, x) : ZeroHistory(conv, context));
        }

        if (conv.Stride > 1)
        {
            parts.Add(RaggedEnd(conv, context, x));
        }

        string extended = parts.Count == 1 ? x : context.Onnx.Add("Concat", [.. parts], [Int("axis", 2)]);
        if (conv.HistoryRows > 0)
        {
            // Behind a ragged end no run follows: there the padding in it does not matter.
            context.NextState(
                conv.Name, DataType.Float, [1, conv.Inputs[0].Shape.Channels, conv.HistoryRows], "Slice",
                [extended, context.Onnx.Integers(-conv.HistoryRows), context.Onnx.Integers(long.MaxValue), context.Onnx.Integers(2)]);
        }

        return extended;
    }

    private static string ZeroHistory(ConvNode conv, ExportContext context) =>
        context.State(conv.Name, DataType.Float, 1, conv.Inputs[0].Shape.Channels, conv.HistoryRows);

    // A state without rows marks the start of a stream: as many copies of the first row as are missing stand before it.
    private static string ReplicatedHistory(ConvNode conv, ExportContext context, string x)
    {
        OnnxGraphBuilder onnx = context.Onnx;
        int channels = conv.Inputs[0].Shape.Channels;
        string state = context.State(conv.Name, DataType.Float, 1, channels, conv.Name + ".history");
        string missing = onnx.Add("Sub", [onnx.Integers(conv.HistoryRows), context.Size(state, 2)]);
        string copies = onnx.Add("Expand", [context.Slice(x, 2, 0, 1), onnx.Add("Concat", [onnx.Integers(1, channels), missing], [Int("axis", 0)])]);
        return onnx.Add("Concat", [copies, state], [Int("axis", 2)]);
    }

    // (-T) mod stride rows of zeros, or copies of the last row.
    private static string RaggedEnd(ConvNode conv, ExportContext context, string x)
    {
        OnnxGraphBuilder onnx = context.Onnx;
        int channels = conv.Inputs[0].Shape.Channels;
        string count = onnx.Add("Mod", [onnx.Add("Neg", [context.Size(x, 2)]), onnx.Integers(conv.Stride)]);
        string shape = onnx.Add("Concat", [onnx.Integers(1, channels), count], [Int("axis", 0)]);
        return onnx.Add("Expand", [conv.Padding == ConvPadding.Replicate ? context.Slice(x, 2, -1, long.MaxValue) : onnx.Scalar(0), shape]);
    }
}
