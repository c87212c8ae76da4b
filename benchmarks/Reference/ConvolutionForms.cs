using Qwen3Tokenizer.Edge.Reference.Onnx;
using static Qwen3Tokenizer.Edge.Reference.Onnx.OnnxGraphBuilder;

namespace Qwen3Tokenizer.Edge.Benchmarks.Reference;

/// <summary>Forms of causal convolutions: their input has its history before it.</summary>
internal static class ConvolutionForms
{
    /// <summary>Kernel = 2 strides; [1, C, 1 + T] to [1, outputs, T * stride].</summary>
    public static IReadOnlyList<Form> Transposed(int channels, int outputs, int stride, int rows)
    {
        int kernel = 2 * stride;
        float[] weight = Form.Random(1, channels * outputs * kernel, 1 / Math.Sqrt(2 * channels)), bias = Form.Random(2, outputs, 1), x = Form.Random(3, channels * (rows + 1), 1);
        float[] taps = new float[weight.Length], biases = [.. bias.SelectMany(b => Enumerable.Repeat(b, stride))];
        for (int i = 0; i < channels; i++)
        {
            for (int o = 0; o < outputs; o++)
            {
                for (int k = 0; k < kernel; k++)
                {
                    taps[(((((o * stride) + (k % stride)) * channels) + i) * 2) + 1 - (k / stride)] = weight[(((i * outputs) + o) * kernel) + k];
                }
            }
        }

        // The whole transposed convolution begins and ends with rows that lack a neighbour: the first and the last stride.
        long[] shape = [1, channels, rows + 1];
        return
        [
            Form.Of(x, shape, onnx => Slice(onnx, onnx.Add(
                "ConvTranspose", ["x", onnx.Weight("w", weight, channels, outputs, kernel), onnx.Weight("b", bias, outputs)], [Ints("kernel_shape", kernel), Ints("strides", stride)]), stride, -stride)),
            Form.Of(x, shape, onnx => Interleave(onnx, onnx.Add(
                "Conv", ["x", onnx.Weight("w", taps, stride * outputs, channels, 2), onnx.Weight("b", biases, stride * outputs)], [Ints("kernel_shape", 2)]), outputs, stride)),
            Form.Of(x, shape, onnx => Interleave(onnx, onnx.Add("Conv", [onnx.Add("Unsqueeze", ["x", onnx.Integers(2)]), onnx.Weight("w", taps, stride * outputs, channels, 1, 2), onnx.Weight("b", biases, stride * outputs)], [Ints("kernel_shape", 1, 2)]), outputs, stride)),
        ];
    }

    /// <summary>[1, C, history + T] to [1, outputs, T / stride].</summary>
    public static IReadOnlyList<Form> Ordinary(int inputs, int outputs, int kernel, int stride, int dilation, int rows)
    {
        int history = ((kernel - 1) * dilation) + 1 - stride, all = history + rows;
        float[] weight = Form.Random(1, inputs * outputs * kernel, 1 / Math.Sqrt(inputs * kernel)), bias = Form.Random(2, outputs, 1), x = Form.Random(3, inputs * all, 1);
        float[] matrix = new float[weight.Length], byRows = Transposed(x, inputs, all);
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < inputs; i++)
            {
                for (int k = 0; k < kernel; k++)
                {
                    matrix[(((o * kernel) + k) * inputs) + i] = weight[(((o * inputs) + i) * kernel) + k];
                }
            }
        }

        long[] shape = [1, inputs, all];
        return
        [
            Form.Of(x, shape, onnx => onnx.Add(
                "Conv", ["x", onnx.Weight("w", weight, outputs, inputs, kernel), onnx.Weight("b", bias, outputs)], [Ints("kernel_shape", kernel), Ints("strides", stride), Ints("dilations", dilation)])),
            Form.Of(x, shape, onnx => onnx.Add("Squeeze", [onnx.Add("Conv", [onnx.Add("Unsqueeze", ["x", onnx.Integers(2)]), onnx.Weight("w", weight, outputs, inputs, 1, kernel), onnx.Weight("b", bias, outputs)], [Ints("kernel_shape", 1, kernel), Ints("strides", 1, stride), Ints("dilations", 1, dilation)]), onnx.Integers(2)])),
            Form.Of(byRows, [all, inputs], onnx =>
            {
                string[] windows = [.. Enumerable.Range(0, kernel).Select(k => onnx.Add(
                    "Slice", ["x", onnx.Integers(k * dilation), onnx.Integers((k * dilation) + rows), onnx.Integers(0), onnx.Integers(stride)]))];
                string joined = kernel == 1 ? "x" : onnx.Add("Concat", windows, [Int("axis", 1)]);
                return onnx.Add("Gemm", [joined, onnx.Weight("w", matrix, outputs, kernel * inputs), onnx.Weight("b", bias, outputs)], [Int("transB", 1)]);
            }, values => Transposed(values, values.Length / outputs, outputs)),
        ];
    }

    private static string Slice(OnnxGraphBuilder onnx, string value, long start, long end) => onnx.Add("Slice", [value, onnx.Integers(start), onnx.Integers(end), onnx.Integers(2)]);

    private static string Interleave(OnnxGraphBuilder onnx, string value, int outputs, int stride)
    {
        string split = onnx.Add("Reshape", [value, onnx.Integers(1, outputs, stride, -1)]);
        return onnx.Add("Reshape", [onnx.Add("Transpose", [split], [Ints("perm", 0, 1, 3, 2)]), onnx.Integers(1, outputs, -1)]);
    }

    private static float[] Transposed(float[] values, int rows, int columns)
    {
        var transposed = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            transposed[(i % columns * rows) + (i / columns)] = values[i];
        }

        return transposed;
    }
}
