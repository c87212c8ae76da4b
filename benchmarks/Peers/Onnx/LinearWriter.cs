using Qwen3Tokenizer.Edge.Compiler.Calibration;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Onnx;

/// <summary>Writes y = x W + b as Gemm in float32.</summary>
public class LinearWriter(OnnxGraphBuilder graph)
{
    /// <summary>The graph that is written to.</summary>
    protected OnnxGraphBuilder Graph { get; } = graph;

    /// <summary>Appends the product.</summary>
    /// <param name="name">Node of our graph, for the calibrated range of its input.</param>
    /// <param name="input">Value [rows, inputs].</param>
    /// <param name="weight">[inputs, outputs].</param>
    /// <param name="bias">[outputs].</param>
    public virtual string Write(string name, string input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias)
    {
        int outputs = bias.Length, inputs = weight.Length / outputs;
        return Graph.Node("Gemm", [input, Graph.Constant(weight, inputs, outputs), Graph.Constant(bias, outputs)]);
    }
}

/// <summary>
/// Writes y = x W + b as static QDQ: uint8 activations with one step per tensor, int8 weights with one step per output channel, int32 bias. The product is a Gemm with a
/// dequantized bias: a MatMul followed by an Add would be fused to a float Gemm before the quantized forms are looked for. The result stays float32, as everything
/// between the products (layer norm, GELU, residual stream) is.
/// </summary>
public sealed class QuantizedLinearWriter(OnnxGraphBuilder graph, IReadOnlyDictionary<string, ValueHistogram> inputs) : LinearWriter(graph)
{
    /// <inheritdoc/>
    public override string Write(string name, string input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias)
    {
        int columns = bias.Length, rows = weight.Length / columns;
        (float step, byte zero) = Range(inputs[name]);
        string stepName = Graph.Constant([step]), zeroName = Graph.Constant([zero]);
        string x = Graph.Node("DequantizeLinear", [Graph.Node("QuantizeLinear", [input, stepName, zeroName]), stepName, zeroName]);

        var steps = new float[columns];
        var integers = new sbyte[weight.Length];
        var biases = new int[columns];
        var biasSteps = new float[columns];
        for (int c = 0; c < columns; c++)
        {
            float largest = 1e-20f;
            for (int r = 0; r < rows; r++)
            {
                largest = Math.Max(largest, Math.Abs(weight[(r * columns) + c]));
            }

            steps[c] = largest / 127;
            biasSteps[c] = steps[c] * step;
            biases[c] = (int)Math.Round(bias[c] / (double)biasSteps[c]);
            for (int r = 0; r < rows; r++)
            {
                integers[(r * columns) + c] = (sbyte)Math.Round(weight[(r * columns) + c] / steps[c]);
            }
        }

        string w = Graph.Node("DequantizeLinear", [Graph.Constant(integers, rows, columns), Graph.Constant(steps, columns), Graph.Constant(new sbyte[columns], columns)], OnnxGraphBuilder.Int("axis", 1));
        string b = Graph.Node("DequantizeLinear", [Graph.Constant(biases, columns), Graph.Constant(biasSteps, columns), Graph.Constant(new int[columns], columns)], OnnxGraphBuilder.Int("axis", 0));
        return Graph.Node("Gemm", [x, w, b]);
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
