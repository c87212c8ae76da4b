using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Reference.Onnx;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Onnx;

/// <summary>
/// Writes what has weights as static QDQ: uint8 activations with one step per tensor, int8 weights with one step per output channel, int32 bias. A product is a Gemm with a
/// dequantized bias: a MatMul followed by an Add would be fused to a float Gemm before the quantized forms are looked for. Its result stays float32, as everything
/// between the products (layer norm, GELU, residual stream) is.
/// </summary>
/// <param name="graph">Graph.</param>
/// <param name="inputs">What the nodes with weights read.</param>
/// <param name="outputs">What they give; null leaves depthwise convolutions in float32.</param>
internal sealed class QuantizedLinearWriter(OnnxGraphBuilder graph, IReadOnlyDictionary<string, ValueHistogram> inputs, IReadOnlyDictionary<string, ValueHistogram>? outputs)
    : LinearWriter(graph)
{
    /// <inheritdoc/>
    public override string Write(string name, string input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias)
    {
        int columns = bias.Length, rows = weight.Length / columns;
        (string x, float step) = Quantized(input, inputs[name]);
        (string w, string b) = Weights(weight, bias, step, c => c, columns, 1, [rows, columns]);
        return Graph.Add("Gemm", [x, w, b]);
    }

    /// <inheritdoc/>
    public override string WriteDepthwise(string name, string input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias)
    {
        if (outputs is null)
        {
            return base.WriteDepthwise(name, input, weight, bias);
        }

        int channels = bias.Length, taps = weight.Length / channels;
        (string x, float step) = Quantized(input, inputs[name]);
        (string w, string b) = Weights(weight, bias, step, c => c * taps, 1, 0, [channels, 1, 1, taps]);
        return Quantized(Conv(x, w, b, channels, taps), outputs[name]).Value;
    }

    // A value through uint8 and back.
    private (string Value, float Step) Quantized(string value, ValueHistogram histogram)
    {
        (float step, byte zero) = Range(histogram);
        string stepName = Graph.Constant<float>([step]), zeroName = Graph.Constant<byte>([zero]);
        return (Graph.Add("DequantizeLinear", [Graph.Add("QuantizeLinear", [value, stepName, zeroName]), stepName, zeroName]), step);
    }

    // Weights and bias of every output channel; the weights of channel c begin at first(c) and are stride apart.
    private (string Weight, string Bias) Weights(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, float inputStep, Func<int, int> first, int stride, int axis, ReadOnlySpan<long> dims)
    {
        int channels = bias.Length, count = weight.Length / channels;
        var steps = new float[channels];
        var integers = new sbyte[weight.Length];
        var biases = new int[channels];
        var biasSteps = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            float largest = 1e-20f;
            for (int i = 0; i < count; i++)
            {
                largest = Math.Max(largest, Math.Abs(weight[first(c) + (i * stride)]));
            }

            steps[c] = largest / 127;
            biasSteps[c] = steps[c] * inputStep;
            biases[c] = (int)Math.Round(bias[c] / (double)biasSteps[c]);
            for (int i = 0; i < count; i++)
            {
                int at = first(c) + (i * stride);
                integers[at] = (sbyte)Math.Round(weight[at] / steps[c]);
            }
        }

        string w = Graph.Add("DequantizeLinear", [Graph.Constant<sbyte>(integers, dims), Graph.Constant<float>(steps, channels), Graph.Constant<sbyte>(new sbyte[channels], channels)], [OnnxGraphBuilder.Int("axis", axis)]);
        string b = Graph.Add("DequantizeLinear", [Graph.Constant<int>(biases, channels), Graph.Constant<float>(biasSteps, channels), Graph.Constant<int>(new int[channels], channels)], [OnnxGraphBuilder.Int("axis", 0)]);
        return (w, b);
    }

    // The range, a share of what was seen, whose rounding and clipping errors together are smallest.
    private static (float Step, byte Zero) Range(ValueHistogram histogram)
    {
        double low = Math.Min(0, histogram.Minimum), high = Math.Max(0, histogram.Maximum), best = double.PositiveInfinity;
        (double Low, double High) range = (low, high);
        for (int i = 20; i <= 100; i += 2)
        {
            for (int j = 20; j <= 100; j += 2)
            {
                double l = low * i / 100, h = high * j / 100, error = histogram.SquaredError(l, h, (h - l) / 255);
                (range, best) = error < best ? ((l, h), error) : (range, best);
            }
        }

        double step = (range.High - range.Low) / 255;
        return ((float)step, (byte)Math.Clamp(Math.Round(-range.Low / step), 0, 255));
    }
}
