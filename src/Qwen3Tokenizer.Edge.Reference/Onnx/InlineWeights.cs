using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Qwen3Tokenizer.Edge.Reference.Onnx;

/// <summary>Weights inside the model itself: for small models, since a protobuf message ends at 2 GB.</summary>
internal sealed class InlineWeights : IWeightSink
{
    /// <summary>The only instance; it has no state.</summary>
    public static InlineWeights Instance { get; } = new();

    /// <inheritdoc/>
    public void Store(TensorProto tensor, ReadOnlyMemory<float> stored, Func<ReadOnlyMemory<float>, float[]>? arrange) =>
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(arrange is null ? stored.Span : arrange(stored)));
}
