using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>A value that a session takes or gives: here always a tensor, over memory of the caller's or of the library's.</summary>
/// <remarks>A span over its elements is valid until it is disposed.</remarks>
public sealed unsafe class OrtValue : IDisposable
{
    internal OrtValue(nint value, MemoryHandle memory = default)
    {
        Handle = new ValueHandle(value, memory);
        OrtApi api = OrtApi.Instance;
        int kind;
        api.Check(api.GetValueType(value, &kind));
        OnnxType = (OnnxValueType)kind;
    }

    /// <summary>What kind of value it is.</summary>
    public OnnxValueType OnnxType { get; }

    /// <summary>Whether it is a tensor.</summary>
    public bool IsTensor => OnnxType == OnnxValueType.ONNX_TYPE_TENSOR;

    /// <summary>Whether it is a sparse tensor.</summary>
    public bool IsSparseTensor => OnnxType == OnnxValueType.ONNX_TYPE_SPARSETENSOR;

    internal SafeHandle Handle { get; }

    /// <summary>A tensor over memory that is the caller's, who keeps it valid and in its place until the value is disposed.</summary>
    /// <param name="memInfo">Whose memory it is.</param>
    /// <param name="elementType">The type of the elements; not text.</param>
    /// <param name="shape">The dimensions, slowest first, none of them negative.</param>
    /// <param name="dataBufferPtr">The first element.</param>
    /// <param name="bufferLengthInBytes">The memory's size, at least that of the tensor.</param>
    /// <exception cref="OnnxRuntimeException">The memory is smaller than the tensor, or the type cannot be used.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative.</exception>
    public static OrtValue CreateTensorValueWithData(OrtMemoryInfo memInfo, TensorElementType elementType, long[] shape, nint dataBufferPtr, long bufferLengthInBytes)
    {
        ArgumentNullException.ThrowIfNull(shape);
        int size = ElementTypes.Of(elementType).Size;
        if (size == 0)
            throw new OnnxRuntimeException(ErrorCode.InvalidArgument, "A tensor of text cannot be made over memory.");

        long bytes = checked(ElementCount(shape) * size);
        return bytes <= bufferLengthInBytes ? Over(memInfo, elementType, shape, (void*)dataBufferPtr, bufferLengthInBytes, default)
            : throw new OnnxRuntimeException(ErrorCode.InvalidArgument, $"The shape [{string.Join(", ", shape)}] takes {bytes} bytes, and the memory has {bufferLengthInBytes}.");
    }

    /// <summary>A tensor over managed memory, which is pinned until the value is disposed.</summary>
    /// <typeparam name="T">A .NET number type or bool.</typeparam>
    /// <param name="memoryInfo">Whose memory it is: <see cref="OrtMemoryInfo.DefaultInstance"/>.</param>
    /// <param name="memory">The elements; more than the shape takes is allowed.</param>
    /// <param name="shape">The dimensions, slowest first, none of them negative.</param>
    /// <exception cref="OnnxRuntimeException">The memory is smaller than the tensor, or the type cannot be used.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative.</exception>
    public static OrtValue CreateTensorValueFromMemory<T>(OrtMemoryInfo memoryInfo, Memory<T> memory, long[] shape)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(shape);
        (TensorElementType element, int size) = ElementTypes.Of(typeof(T));
        long count = ElementCount(shape);
        if (count > memory.Length)
            throw new OnnxRuntimeException(ErrorCode.InvalidArgument, $"The shape [{string.Join(", ", shape)}] takes {count} elements, and the memory has {memory.Length}.");

        MemoryHandle pinned = memory.Pin();
        try
        {
            return Over(memoryInfo, element, shape, pinned.Pointer, (long)memory.Length * size, pinned);
        }
        catch
        {
            pinned.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="CreateTensorValueFromMemory{T}(OrtMemoryInfo, Memory{T}, long[])"/>
    /// <param name="data">The elements; more than the shape takes is allowed.</param>
    /// <param name="shape">The dimensions, slowest first, none of them negative.</param>
    public static OrtValue CreateTensorValueFromMemory<T>(T[] data, long[] shape)
        where T : unmanaged => CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, data.AsMemory(), shape);

    /// <summary>A tensor in memory that the library allocates; its elements are not set.</summary>
    /// <param name="allocator">Where the memory comes from.</param>
    /// <param name="elementType">The type of the elements.</param>
    /// <param name="shape">The dimensions, slowest first, none of them negative.</param>
    /// <exception cref="OnnxRuntimeException">A dimension is negative, or there is not enough memory.</exception>
    public static OrtValue CreateAllocatedTensorValue(OrtAllocator allocator, TensorElementType elementType, long[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        using var lease = new Lease(allocator);
        OrtApi api = OrtApi.Instance;
        nint value;
        fixed (long* dimensions = shape)
            api.Check(api.CreateTensorAsOrtValue(lease.Pointer, dimensions, (nuint)shape.Length, (int)elementType, &value));
        return new OrtValue(value);
    }

    /// <summary>The elements, to read.</summary>
    /// <typeparam name="T">The .NET type of the elements, or byte for their bytes.</typeparam>
    /// <exception cref="OnnxRuntimeException">It is not a tensor, or its elements are of another type.</exception>
    public ReadOnlySpan<T> GetTensorDataAsSpan<T>()
        where T : unmanaged => GetTensorMutableDataAsSpan<T>();

    /// <summary>The elements, to read and write.</summary>
    /// <inheritdoc cref="GetTensorDataAsSpan{T}"/>
    public Span<T> GetTensorMutableDataAsSpan<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes(typeof(T)));

    /// <summary>The elements' bytes, to read and write.</summary>
    /// <exception cref="OnnxRuntimeException">It is not a tensor, or its elements are text.</exception>
    public Span<byte> GetTensorMutableRawData() => Bytes(typeof(byte));

    /// <summary>How many bytes the elements take.</summary>
    /// <exception cref="OnnxRuntimeException">It is not a tensor, or its elements are text.</exception>
    public long GetTensorSizeInBytes()
    {
        OrtTensorTypeAndShapeInfo info = GetTensorTypeAndShape();
        return checked(info.ElementCount * SizeOf(info.ElementDataType));
    }

    /// <summary>Element type and shape.</summary>
    /// <exception cref="OnnxRuntimeException">It is not a tensor.</exception>
    public OrtTensorTypeAndShapeInfo GetTensorTypeAndShape()
    {
        if (!IsTensor && !IsSparseTensor)
            throw new OnnxRuntimeException(ErrorCode.InvalidArgument, $"This value is of type {OnnxType}, not a tensor.");

        OrtApi api = OrtApi.Instance;
        using var value = new Lease(Handle);
        nint info;
        api.Check(api.GetTensorTypeAndShape(value.Pointer, &info));
        try
        {
            return new OrtTensorTypeAndShapeInfo(info);
        }
        finally
        {
            api.ReleaseTensorTypeAndShapeInfo(info);
        }
    }

    /// <summary>Frees what the library allocated, and unpins what is the caller's. Any number of calls do the same as one.</summary>
    public void Dispose() => Handle.Dispose();

    private static OrtValue Over(OrtMemoryInfo memoryInfo, TensorElementType element, long[] shape, void* data, long bytes, MemoryHandle pinned)
    {
        OrtApi api = OrtApi.Instance;
        using var info = new Lease(memoryInfo);
        nint value;
        fixed (long* dimensions = shape)
            api.Check(api.CreateTensorWithDataAsOrtValue(info.Pointer, data, (nuint)bytes, dimensions, (nuint)shape.Length, (int)element, &value));
        return new OrtValue(value, pinned);
    }

    private static long ElementCount(long[] shape)
    {
        long count = 1;
        foreach (long dimension in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(shape));
            count = checked(count * dimension);
        }

        return count;
    }

    private static int SizeOf(TensorElementType element)
    {
        int size = ElementTypes.Of(element).Size;
        return size > 0 ? size : throw new OnnxRuntimeException(ErrorCode.InvalidArgument, "The elements are text, which has no fixed size.");
    }

    private Span<byte> Bytes(Type type)
    {
        if (!IsTensor)
            throw new OnnxRuntimeException(ErrorCode.InvalidArgument, $"This value is of type {OnnxType}, not a tensor.");

        OrtTensorTypeAndShapeInfo info = GetTensorTypeAndShape();
        int size = SizeOf(info.ElementDataType);
        Type actual = ElementTypes.Of(info.ElementDataType).Type;
        if (type != actual && type != typeof(byte))
            throw new OnnxRuntimeException(ErrorCode.InvalidArgument, $"The tensor's elements are of type {actual}, not {type}.");
        if (info.ElementCount == 0)
            return [];

        OrtApi api = OrtApi.Instance;
        using var value = new Lease(Handle);
        void* data;
        api.Check(api.GetTensorMutableData(value.Pointer, &data));
        return new Span<byte>(data, checked((int)(info.ElementCount * size)));
    }

    /// <summary>The native value, and the memory that is pinned for it.</summary>
    private sealed class ValueHandle : SafeHandle
    {
        private MemoryHandle _memory;

        public ValueHandle(nint value, MemoryHandle memory)
            : base(0, ownsHandle: true)
        {
            _memory = memory;
            SetHandle(value);
        }

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            OrtApi.Instance.ReleaseValue(handle);
            _memory.Dispose();
            return true;
        }
    }
}
