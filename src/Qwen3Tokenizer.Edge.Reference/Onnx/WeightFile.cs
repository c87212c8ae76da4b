using System.Globalization;

namespace Qwen3Tokenizer.Edge.Reference.Onnx;

/// <summary>
/// Weights in a file beside the model ("external data" of the ONNX format): each begins at a page, so that a runtime can map it instead of reading it. Small ones stay in the model.
/// </summary>
/// <param name="stream">Receives the bytes.</param>
/// <param name="location">The file's name, without a folder: the format resolves it beside the model.</param>
internal sealed class WeightFile(Stream stream, string location) : IWeightSink
{
    /// <summary>Weights of fewer bytes stay in the model.</summary>
    public const int LeastBytes = 1024;

    // The format's recommendation: offsets that are multiples of the page size can be mapped.
    private const int Page = 4096;

    /// <inheritdoc/>
    public void Store(TensorProto tensor, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < LeastBytes)
        {
            InlineWeights.Instance.Store(tensor, bytes);
            return;
        }

        Span<byte> padding = stackalloc byte[Page];
        padding.Clear();
        stream.Write(padding[..(int)(-stream.Position & (Page - 1))]);
        ExternalData.Set(tensor, location, stream.Position, bytes.Length);
        stream.Write(bytes);
    }
}
