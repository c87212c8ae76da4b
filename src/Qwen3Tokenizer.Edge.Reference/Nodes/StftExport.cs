using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using static Qwen3Tokenizer.Edge.Reference.Onnx.OnnxGraphBuilder;
using static Qwen3Tokenizer.Edge.Reference.Onnx.TensorProto.Types;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>Short-time Fourier transform as a convolution over the samples whose kernels are the windowed cosines and minus sines of the bins, with the hop as its stride.</summary>
internal static class StftExport
{
    public static void Append(Node node, ExportContext context)
    {
        var stft = (StftNode)node;
        OnnxGraphBuilder onnx = context.Onnx;
        int hop = node.Inputs[0].Shape.Channels, length = stft.Window.Length, history = length - hop;
        string samples = onnx.Add("Reshape", [context.Rows(node.Inputs[0]), onnx.Integers(1, 1, -1)]);
        if (history > 0)
        {
            ReadOnlySpan<Dimension> dims = [1, 1, history];
            samples = onnx.Add("Concat", [context.State(node.Name, DataType.Float, dims), samples], [Int("axis", 2)]);
            context.NextState(node.Name, DataType.Float, dims, "Slice", [samples, onnx.Integers(-history), onnx.Integers(long.MaxValue), onnx.Integers(2)]);
        }

        string basis = onnx.Weight($"{node.Name}.basis", stft.Window, _ => Basis(stft), node.Shape.Channels, 1, length);
        context.AddChannels(node, "Conv", [samples, basis], Ints("kernel_shape", length), Ints("strides", hop));
    }

    private static float[] Basis(StftNode stft)
    {
        int length = stft.Window.Length, size = stft.TransformLength, offset = (size - length) / 2;
        var basis = new float[checked(stft.Shape.Channels * length)];
        for (int k = 0; k <= size / 2; k++)
        {
            for (int n = 0; n < length; n++)
            {
                // The product is taken modulo the length first: large angles would lose precision.
                (double sine, double cosine) = Math.SinCos(2 * Math.PI * ((long)k * (offset + n) % size) / size);
                basis[(2 * k * length) + n] = (float)(stft.Window[n] * cosine);
                basis[(((2 * k) + 1) * length) + n] = (float)(-stft.Window[n] * sine);
            }
        }

        return basis;
    }
}
