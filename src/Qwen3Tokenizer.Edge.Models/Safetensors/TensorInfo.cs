namespace Qwen3Tokenizer.Edge.Models.Safetensors;

/// <summary>Where a tensor lies in a safetensors file and how it is to be read.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="DType">Element type.</param>
/// <param name="Shape">Dimensions, outermost first; empty for a scalar. None is negative.</param>
/// <param name="Offset">First byte, counted from the start of the file's data section.</param>
/// <param name="ByteLength">Length in bytes.</param>
public sealed record TensorInfo(string Name, DType DType, long[] Shape, long Offset, long ByteLength)
{
    /// <summary>Number of elements, the product of the dimensions.</summary>
    public long Elements => ByteLength * 8 / DTypes.BitsOf(DType);

    /// <summary>The shape as text, for example <c>[16, 2048, 64]</c>.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
