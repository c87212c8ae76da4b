namespace Microsoft.ML.OnnxRuntime.Tensors;

/// <summary>The type of a tensor's elements, numbered as in ONNX.</summary>
public enum TensorElementType
{
    /// <summary>32-bit IEEE 754.</summary>
    Float = 1,

    /// <summary>8-bit, unsigned.</summary>
    UInt8 = 2,

    /// <summary>8-bit, signed.</summary>
    Int8 = 3,

    /// <summary>16-bit, unsigned.</summary>
    UInt16 = 4,

    /// <summary>16-bit, signed.</summary>
    Int16 = 5,

    /// <summary>32-bit, signed.</summary>
    Int32 = 6,

    /// <summary>64-bit, signed.</summary>
    Int64 = 7,

    /// <summary>Text; the stand-in neither makes nor reads such tensors.</summary>
    String = 8,

    /// <summary>One byte, 0 or 1.</summary>
    Bool = 9,

    /// <summary>16-bit IEEE 754.</summary>
    Float16 = 10,

    /// <summary>64-bit IEEE 754.</summary>
    Double = 11,

    /// <summary>32-bit, unsigned.</summary>
    UInt32 = 12,

    /// <summary>64-bit, unsigned.</summary>
    UInt64 = 13,

    /// <summary>Two 32-bit floats.</summary>
    Complex64 = 14,

    /// <summary>Two 64-bit floats.</summary>
    Complex128 = 15,

    /// <summary>The upper half of a 32-bit float.</summary>
    BFloat16 = 16,

    /// <summary>No type; one beyond the last.</summary>
    DataTypeMax = 17,
}
