using Microsoft.ML.OnnxRuntime.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Type and shape of a model's input or output.</summary>
public unsafe class NodeMetadata
{
    private readonly TensorElementType _element;
    private readonly int[] _dimensions = [];
    private readonly string[] _symbols = [];

    /// <summary>Reads what an OrtTypeInfo says.</summary>
    internal NodeMetadata(nint typeInfo)
    {
        OrtApi api = OrtApi.Instance;
        int kind;
        api.Check(api.GetOnnxTypeFromTypeInfo(typeInfo, &kind));
        OnnxValueType = (OnnxValueType)kind;
        nint tensor;
        api.Check(api.CastTypeInfoToTensorInfo(typeInfo, &tensor));
        if (tensor == 0)
            return;

        // What the cast gives belongs to the type information.
        (_element, long[] shape) = OrtTensorTypeAndShapeInfo.Read(tensor);
        _dimensions = Array.ConvertAll(shape, d => checked((int)d));
        _symbols = new string[_dimensions.Length];
        byte*[] names = new byte*[_dimensions.Length];
        fixed (byte** start = names)
            api.Check(api.GetSymbolicDimensions(tensor, start, (nuint)names.Length));
        for (int i = 0; i < names.Length; i++)
            _symbols[i] = NativeText.Read(names[i]);
    }

    /// <summary>What kind of value it is.</summary>
    public OnnxValueType OnnxValueType { get; }

    /// <summary>Whether it is a tensor; the members below are for tensors only.</summary>
    public bool IsTensor => OnnxValueType is OnnxValueType.ONNX_TYPE_TENSOR or OnnxValueType.ONNX_TYPE_SPARSETENSOR;

    /// <summary>The dimensions, slowest first; -1 where the model leaves one open.</summary>
    /// <exception cref="OnnxRuntimeException">It is not a tensor.</exception>
    public int[] Dimensions => Tensor()._dimensions;

    /// <summary>The names of the dimensions that the model leaves open; empty for the others.</summary>
    /// <exception cref="OnnxRuntimeException">It is not a tensor.</exception>
    public string[] SymbolicDimensions => Tensor()._symbols;

    /// <summary>The type of the elements.</summary>
    /// <exception cref="OnnxRuntimeException">It is not a tensor.</exception>
    public TensorElementType ElementDataType => Tensor()._element;

    /// <summary>The .NET type that holds an element.</summary>
    /// <exception cref="OnnxRuntimeException">It is not a tensor, or no .NET type holds its elements.</exception>
    public Type ElementType => ElementTypes.Of(Tensor()._element).Type;

    /// <summary>Whether the elements are text.</summary>
    /// <exception cref="OnnxRuntimeException">It is not a tensor.</exception>
    public bool IsString => Tensor()._element == TensorElementType.String;

    private NodeMetadata Tensor() => IsTensor ? this : throw new OnnxRuntimeException(ErrorCode.Fail, $"This is of type {OnnxValueType}, not a tensor.");
}
