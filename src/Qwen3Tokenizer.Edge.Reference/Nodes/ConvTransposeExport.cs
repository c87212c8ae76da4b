using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using static Qwen3Tokenizer.Edge.Reference.Onnx.OnnxGraphBuilder;
using static Qwen3Tokenizer.Edge.Reference.Onnx.TensorProto.Types;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>
/// Causal transposed convolution as an ordinary one: row t gives the stride rows y[t*stride + j, o] = bias[o] + sum_n sum_i weight[i, o, n*stride + j] * x[t - n, i],
/// a convolution with ceil(kernel / stride) taps and stride * outputs channels whose result is interleaved. It takes half of the time of ONNX Runtime's ConvTranspose
/// (benchmarks/RESULTS.md), and its state is the last input rows.
/// </summary>
internal static class ConvTransposeExport
{
    public static void Append(Node node, ExportContext context)
    {
        var conv = (ConvTransposeNode)node;
        int taps = (conv.Kernel + conv.Stride - 1) / conv.Stride;
        if (taps == 1 && conv.Groups == 1 && context.HasRows(node.Inputs[0]))
        {
            Linear(conv, context);
        }
        else
        {
            Interleaved(conv, context, taps);
        }
    }

    // One tap over rows: the result [T, stride * outputs] is [T * stride, outputs] as it lies in memory.
    private static void Linear(ConvTransposeNode conv, ExportContext context)
    {
        OnnxGraphBuilder onnx = context.Onnx;
        int outputs = conv.Shape.Channels;
        string x = context.Rows(conv.Inputs[0]);
        string weight = onnx.Weight($"{conv.Name}.weight", conv.Weight, stored => Rows(conv, stored.Span), conv.Stride * outputs, conv.Inputs[0].Shape.Channels);
        ReadOnlySpan<string> operands = conv.Bias.Length == 0 ? [x, weight] : [x, weight, onnx.Weight($"{conv.Name}.bias", Repeat(conv.Bias, conv.Stride, each: false), conv.Stride * outputs)];
        context.AddRows(conv, "Reshape", [onnx.Add("Gemm", operands, [Int("transB", 1)]), onnx.Integers(-1, outputs)]);
    }

    // [stride * outputs, inputs]; taps that the kernel does not have are zero.
    private static float[] Rows(ConvTransposeNode conv, ReadOnlySpan<float> stored)
    {
        int inputs = conv.Inputs[0].Shape.Channels, outputs = conv.Shape.Channels;
        var weight = new float[checked(conv.Stride * outputs * inputs)];
        for (int i = 0; i < inputs; i++)
        {
            for (int o = 0; o < outputs; o++)
            {
                for (int j = 0; j < conv.Kernel; j++)
                {
                    weight[(((j * outputs) + o) * inputs) + i] = stored[(((i * outputs) + o) * conv.Kernel) + j];
                }
            }
        }

        return weight;
    }

    private static void Interleaved(ConvTransposeNode conv, ExportContext context, int taps)
    {
        OnnxGraphBuilder onnx = context.Onnx;
        int inputs = conv.Inputs[0].Shape.Channels, outputs = conv.Shape.Channels;
        string x = context.Channels(conv.Inputs[0]);
        if (taps > 1)
        {
            ReadOnlySpan<Dimension> dims = [1, inputs, taps - 1];
            x = onnx.Add("Concat", [context.State(conv.Name, DataType.Float, dims), x], [Int("axis", 2)]);
            context.NextState(conv.Name, DataType.Float, dims, "Slice", [x, onnx.Integers(1 - taps), onnx.Integers(long.MaxValue), onnx.Integers(2)]);
        }

        var form = new Convolution(conv.Stride * outputs, inputs / conv.Groups, taps, Groups: conv.Groups);
        string product = form.Append(
            onnx, x, ($"{conv.Name}.weight", conv.Weight, stored => Taps(conv, taps, stored.Span)), ($"{conv.Name}.bias", Repeat(conv.Bias, conv.Stride, each: true)));
        string split = onnx.Add("Reshape", [product, onnx.Integers(1, outputs, conv.Stride, -1)]);
        string interleaved = onnx.Add("Transpose", [split], [Ints("perm", 0, 1, 3, 2)]);
        context.AddChannels(conv, "Reshape", [interleaved, onnx.Integers(1, outputs, -1)]);
    }

    // [outputs * stride, inputs / groups, taps], oldest row first; taps that the kernel does not have are zero.
    private static float[] Taps(ConvTransposeNode conv, int taps, ReadOnlySpan<float> stored)
    {
        int groupIn = conv.Inputs[0].Shape.Channels / conv.Groups, groupOut = conv.Shape.Channels / conv.Groups;
        var weight = new float[checked(conv.Shape.Channels * conv.Stride * groupIn * taps)];
        for (int g = 0; g < conv.Groups; g++)
        {
            for (int i = 0; i < groupIn; i++)
            {
                for (int o = 0; o < groupOut; o++)
                {
                    for (int k = 0; k < conv.Kernel; k++)
                    {
                        int row = (((g * groupOut) + o) * conv.Stride) + (k % conv.Stride), tap = taps - 1 - (k / conv.Stride);
                        weight[(((row * groupIn) + i) * taps) + tap] = stored[(((((g * groupIn) + i) * groupOut) + o) * conv.Kernel) + k];
                    }
                }
            }
        }

        return weight;
    }

    // Every value count times (each), or all values count times.
    private static float[] Repeat(float[] values, int count, bool each)
    {
        var repeated = new float[values.Length * count];
        for (int i = 0; i < repeated.Length; i++)
        {
            repeated[i] = values[each ? i / count : i % values.Length];
        }

        return repeated;
    }
}
