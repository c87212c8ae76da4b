using Qwen3Tokenizer.Edge.Reference.Onnx;
using static Qwen3Tokenizer.Edge.Reference.Onnx.OnnxGraphBuilder;

namespace Qwen3Tokenizer.Edge.Reference.Export;

/// <summary>
/// A convolution of channels [1, C, T] without padding. Between many channels it is done over a plane one row high, for which ONNX Runtime has kernels with blocked channels; over a line
/// it has not, and is up to a third slower (benchmarks/RESULTS.md).
/// </summary>
/// <param name="Outputs">Output channels.</param>
/// <param name="Inputs">Input channels of a group.</param>
/// <param name="Kernel">Taps.</param>
/// <param name="Stride">Input rows per output row.</param>
/// <param name="Dilation">Rows between taps.</param>
/// <param name="Groups">Groups.</param>
internal readonly record struct Convolution(int Outputs, int Inputs, int Kernel, int Stride = 1, int Dilation = 1, int Groups = 1)
{
    // Single taps are products of matrices either way, and a plane only costs.
    private const int LeastKernel = 2;

    // The blocks of the widest processors have so many channels.
    private const int LeastChannels = 16;

    private bool IsPlane => Kernel >= LeastKernel && Inputs >= LeastChannels && Outputs >= LeastChannels;

    /// <summary>Appends it and returns its result.</summary>
    /// <param name="onnx">The graph.</param>
    /// <param name="x">The input.</param>
    /// <param name="weight">Name of the weight, its values, and what makes [outputs, inputs, kernel] of them, if they are not that.</param>
    /// <param name="bias">Name of the bias, and [outputs] or empty.</param>
    /// <param name="output">Name of the result; null for one of its own.</param>
    public string Append(
        OnnxGraphBuilder onnx, string x, (string Name, ReadOnlyMemory<float> Stored, Func<ReadOnlyMemory<float>, float[]>? Arrange) weight, (string Name, float[] Values) bias, string? output = null)
    {
        string w = IsPlane ? onnx.Weight(weight.Name, weight.Stored, weight.Arrange, Outputs, Inputs, 1, Kernel) : onnx.Weight(weight.Name, weight.Stored, weight.Arrange, Outputs, Inputs, Kernel);
        string source = IsPlane ? onnx.Add("Unsqueeze", [x, onnx.Integers(2)]) : x;
        ReadOnlySpan<string> operands = bias.Values.Length == 0 ? [source, w] : [source, w, onnx.Weight(bias.Name, bias.Values, bias.Values.Length)];
        string y = onnx.Add("Conv", operands, [Axes("kernel_shape", Kernel), Axes("strides", Stride), Axes("dilations", Dilation), Int("group", Groups)], IsPlane ? null : output);
        return IsPlane ? onnx.Add("Squeeze", [y, onnx.Integers(2)], output: output) : y;
    }

    private AttributeProto Axes(string name, int value) => IsPlane ? Ints(name, 1, value) : Ints(name, value);
}
