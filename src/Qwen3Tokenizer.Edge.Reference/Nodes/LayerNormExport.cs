using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;
using static Qwen3Tokenizer.Edge.Reference.Onnx.OnnxGraphBuilder;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>Layer normalization over the channels of a row; the operation demands a gain, so that an absent one is ones.</summary>
internal static class LayerNormExport
{
    public static void Append(Node node, ExportContext context)
    {
        var norm = (LayerNormNode)node;
        int channels = node.Shape.Channels;
        float[] gains = norm.Gain;
        if (gains.Length == 0)
        {
            gains = new float[channels];
            Array.Fill(gains, 1);
        }

        string x = context.Rows(node.Inputs[0]), gain = context.Onnx.Weight($"{node.Name}.gain", gains, channels);
        ReadOnlySpan<string> operands = norm.Bias.Length == 0 ? [x, gain] : [x, gain, context.Onnx.Weight($"{node.Name}.bias", norm.Bias, channels)];
        context.AddRows(node, "LayerNormalization", operands, Int("axis", -1), Float("epsilon", norm.Epsilon));
    }
}
