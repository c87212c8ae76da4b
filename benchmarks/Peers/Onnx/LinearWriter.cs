using Qwen3Tokenizer.Edge.Reference.Onnx;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Onnx;

/// <summary>Writes what has weights in float32: y = x W + b as Gemm, a depthwise convolution as Conv.</summary>
internal class LinearWriter(OnnxGraphBuilder graph)
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
        return Graph.Add("Gemm", [input, Graph.Constant(weight, inputs, outputs), Graph.Constant(bias, outputs)]);
    }

    /// <summary>Appends a depthwise convolution along the last axis.</summary>
    /// <param name="name">Node of our graph, for the calibrated ranges.</param>
    /// <param name="input">Value [1, channels, 1, rows + taps - 1].</param>
    /// <param name="weight">[channels, taps].</param>
    /// <param name="bias">[channels].</param>
    public virtual string WriteDepthwise(string name, string input, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias)
    {
        int channels = bias.Length, taps = weight.Length / channels;
        return Conv(input, Graph.Constant(weight, channels, 1, 1, taps), Graph.Constant(bias, channels), channels, taps);
    }

    /// <summary>The convolution on values that are there.</summary>
    protected string Conv(string input, string weight, string bias, int channels, int taps) =>
        Graph.Add("Conv", [input, weight, bias], [OnnxGraphBuilder.Int("group", channels), OnnxGraphBuilder.Ints("kernel_shape", 1, taps)]);
}
