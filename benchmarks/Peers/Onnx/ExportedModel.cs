namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Onnx;

/// <summary>Streaming state of an exported model: an input and an output of the same shape; the output of a call is the input of the next.</summary>
/// <param name="Input">Name of the input.</param>
/// <param name="Output">Name of the output.</param>
/// <param name="Dims">Shape, float32; zeros at the start of a stream.</param>
public sealed record StateTensor(string Input, string Output, long[] Dims);

/// <summary>The network from codes to head rows as an ONNX model of a fixed number of tokens a call.</summary>
/// <param name="Bytes">The model file.</param>
/// <param name="Tokens">Tokens a call.</param>
/// <param name="Layers">Codes of a token. Input "codes", int64 [tokens, layers].</param>
/// <param name="HeadRows">Rows of the output "head", float32 [rows, channels], per call.</param>
/// <param name="HeadChannels">Values of a head row.</param>
/// <param name="States">Streaming states.</param>
public sealed record ExportedModel(byte[] Bytes, int Tokens, int Layers, int HeadRows, int HeadChannels, IReadOnlyList<StateTensor> States);

/// <summary>How a depthwise convolution is written: ONNX Runtime has no one best form, so the benchmark takes the faster.</summary>
public enum DepthwiseForm
{
    /// <summary>Gather of the windows, product with the taps, sum over taps.</summary>
    Windows,

    /// <summary>Conv with as many groups as channels, between two transpositions.</summary>
    Conv,

    /// <summary>The same in INT8 (QDQ models only).</summary>
    QuantizedConv,
}
