using Microsoft.ML.OnnxRuntime.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>A tensor's element type and shape.</summary>
public unsafe struct OrtTensorTypeAndShapeInfo
{
    internal OrtTensorTypeAndShapeInfo(nint info)
    {
        OrtApi api = OrtApi.Instance;
        nuint count;
        api.Check(api.GetTensorShapeElementCount(info, &count));
        ElementCount = (long)count;
        (ElementDataType, Shape) = Read(info);
    }

    /// <summary>The type of the elements.</summary>
    public TensorElementType ElementDataType { get; private set; }

    /// <summary>Whether the elements are text.</summary>
    public readonly bool IsString => ElementDataType == TensorElementType.String;

    /// <summary>How many elements there are; 1 for a scalar.</summary>
    public long ElementCount { get; private set; }

    /// <summary>The rank; 0 for a scalar.</summary>
    public readonly int DimensionsCount => Shape.Length;

    /// <summary>The dimensions, slowest first.</summary>
    public long[] Shape { get; private set; }

    /// <summary>What a description holds even where the model leaves dimensions open, so that there is no count.</summary>
    internal static (TensorElementType Element, long[] Shape) Read(nint info)
    {
        OrtApi api = OrtApi.Instance;
        int element;
        nuint rank;
        api.Check(api.GetTensorElementType(info, &element));
        api.Check(api.GetDimensionsCount(info, &rank));
        var shape = new long[(int)rank];
        fixed (long* start = shape)
            api.Check(api.GetDimensions(info, start, rank));
        return ((TensorElementType)element, shape);
    }
}
