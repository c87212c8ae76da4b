namespace Microsoft.ML.OnnxRuntime.Tensors;

/// <summary>Which .NET type holds which element type.</summary>
internal static class ElementTypes
{
    private static readonly (TensorElementType Element, Type Type, int Size)[] Known =
    [
        (TensorElementType.Float, typeof(float), 4), (TensorElementType.Double, typeof(double), 8), (TensorElementType.Bool, typeof(bool), 1),
        (TensorElementType.Int8, typeof(sbyte), 1), (TensorElementType.Int16, typeof(short), 2), (TensorElementType.Int32, typeof(int), 4), (TensorElementType.Int64, typeof(long), 8),
        (TensorElementType.UInt8, typeof(byte), 1), (TensorElementType.UInt16, typeof(ushort), 2), (TensorElementType.UInt32, typeof(uint), 4), (TensorElementType.UInt64, typeof(ulong), 8),
        (TensorElementType.String, typeof(string), 0),
    ];

    /// <summary>The .NET type and its size in bytes; a string has no size.</summary>
    /// <exception cref="OnnxRuntimeException">No .NET type holds it.</exception>
    public static (Type Type, int Size) Of(TensorElementType element)
    {
        foreach ((TensorElementType known, Type type, int size) in Known)
        {
            if (known == element)
                return (type, size);
        }

        throw new OnnxRuntimeException(ErrorCode.InvalidArgument, $"No .NET type holds elements of type {element}.");
    }

    /// <summary>The element type that a .NET type holds, and its size in bytes.</summary>
    /// <exception cref="OnnxRuntimeException">It holds none.</exception>
    public static (TensorElementType Element, int Size) Of(Type type)
    {
        foreach ((TensorElementType element, Type known, int size) in Known)
        {
            if (known == type && size > 0)
                return (element, size);
        }

        throw new OnnxRuntimeException(ErrorCode.InvalidArgument, $"A tensor cannot have elements of type {type}.");
    }
}
