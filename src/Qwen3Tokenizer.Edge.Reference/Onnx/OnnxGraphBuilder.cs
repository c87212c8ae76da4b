using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using static Qwen3Tokenizer.Edge.Reference.Onnx.TensorProto.Types;

namespace Qwen3Tokenizer.Edge.Reference.Onnx;

/// <summary>Collects the operations, weights, inputs and outputs of an ONNX graph. A value is known by its name.</summary>
internal sealed class OnnxGraphBuilder
{
    /// <summary>Version of the operator set: every operation that is used here is in it, and ONNX Runtime has had it since 1.18.</summary>
    public const long Opset = 21;

    /// <summary>Version of the file format that belongs to it.</summary>
    public const long IrVersion = 10;

    /// <summary>The producer that a model names.</summary>
    public const string Producer = "Qwen3Tokenizer.Edge";

    private readonly GraphProto _graph;
    private readonly IWeightSink _weights;
    private readonly Dictionary<string, string> _integers = new(StringComparer.Ordinal);
    private int _counter;

    /// <summary>Starts an empty graph whose weights go to <paramref name="weights"/>.</summary>
    public OnnxGraphBuilder(string name, IWeightSink weights) => (_graph, _weights) = (new GraphProto { Name = name }, weights);

    /// <summary>Appends an operation with one output and returns that output's name: <paramref name="output"/>, or one of its own.</summary>
    public string Add(string operation, ReadOnlySpan<string> inputs, ReadOnlySpan<AttributeProto> attributes = default, string? output = null) =>
        Add(operation, inputs, attributes, outputs: [output ?? Unique(operation)])[0];

    /// <summary>Appends an operation with several outputs and returns their names.</summary>
    public string[] AddMany(string operation, ReadOnlySpan<string> inputs, ReadOnlySpan<AttributeProto> attributes, int outputs)
    {
        var names = new string[outputs];
        for (int i = 0; i < outputs; i++)
        {
            names[i] = Unique(operation);
        }

        return Add(operation, inputs, attributes, names);
    }

    /// <summary>An integer attribute.</summary>
    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    /// <summary>A float attribute.</summary>
    public static AttributeProto Float(string name, double value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = (float)value };

    /// <summary>A text attribute.</summary>
    public static AttributeProto Text(string name, string value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFrom(value, Encoding.ASCII) };

    /// <summary>A list of integers.</summary>
    public static AttributeProto Ints(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        foreach (long value in values)
        {
            attribute.Ints.Add(value);
        }

        return attribute;
    }

    /// <summary>A float32 weight. The name must be new.</summary>
    public string Weight(string name, ReadOnlyMemory<float> values, params ReadOnlySpan<long> dims) => Weight(name, values, null, dims);

    /// <summary>A float32 weight whose values are made of a node's when they are written. The name must be new.</summary>
    public string Weight(string name, ReadOnlyMemory<float> stored, Func<ReadOnlyMemory<float>, float[]>? arrange, params ReadOnlySpan<long> dims)
    {
        _weights.Store(Initializer(name, DataType.Float, dims), stored, arrange);
        return name;
    }

    /// <summary>A constant inside the model; without dimensions it is a scalar.</summary>
    public string Constant<T>(ReadOnlySpan<T> values, params ReadOnlySpan<long> dims)
        where T : unmanaged => Constant("Constant", TypeOf<T>(), MemoryMarshal.AsBytes(values), dims);

    /// <summary>A float64 constant.</summary>
    public string Doubles(ReadOnlySpan<double> values, params ReadOnlySpan<long> dims) => Constant("Double", DataType.Double, MemoryMarshal.AsBytes(values), dims);

    /// <summary>A float32 scalar.</summary>
    public string Scalar(float value) => Constant("Scalar", DataType.Float, MemoryMarshal.AsBytes<float>([value]), []);

    /// <summary>An int64 scalar.</summary>
    public string ScalarInteger(long value) => Integer("scalar", [value], []);

    /// <summary>A list of int64, such as a shape or axes. Equal ones are one constant.</summary>
    public string Integers(params ReadOnlySpan<long> values) => Integer("list", values, [values.Length]);

    /// <summary>Declares an input of the model; a dimension is a number or a name.</summary>
    public void Input(string name, DataType type, params ReadOnlySpan<Dimension> dims) => _graph.Input.Add(Value(name, type, dims));

    /// <summary>Declares an output of the model.</summary>
    public void Output(string name, DataType type, params ReadOnlySpan<Dimension> dims) => _graph.Output.Add(Value(name, type, dims));

    /// <summary>A name that no other value has, beginning with <paramref name="stem"/>.</summary>
    public string Unique(string stem) => "/" + stem + "_" + _counter++.ToString(CultureInfo.InvariantCulture);

    /// <summary>The finished model.</summary>
    public ModelProto ToModel()
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = Producer, Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        return model;
    }

    private string[] Add(string operation, ReadOnlySpan<string> inputs, ReadOnlySpan<AttributeProto> attributes, string[] outputs)
    {
        var node = new NodeProto { Name = Unique("node"), OpType = operation };
        foreach (string input in inputs)
        {
            node.Input.Add(input);
        }

        foreach (AttributeProto attribute in attributes)
        {
            node.Attribute.Add(attribute);
        }

        node.Output.AddRange(outputs);
        _graph.Node.Add(node);
        return outputs;
    }

    private string Integer(string kind, ReadOnlySpan<long> values, ReadOnlySpan<long> dims)
    {
        string key = $"{kind} {string.Join(' ', values.ToArray())}";
        if (!_integers.TryGetValue(key, out string? name))
        {
            name = Constant("Integer", DataType.Int64, MemoryMarshal.AsBytes(values), dims);
            _integers.Add(key, name);
        }

        return name;
    }

    private static DataType TypeOf<T>()
        where T : unmanaged => default(T) switch
    {
        float => DataType.Float,
        double => DataType.Double,
        long => DataType.Int64,
        int => DataType.Int32,
        sbyte => DataType.Int8,
        byte => DataType.Uint8,
        _ => throw new ArgumentException($"{typeof(T).Name} is not a type of constants."),
    };

    private string Constant(string stem, DataType type, ReadOnlySpan<byte> bytes, ReadOnlySpan<long> dims)
    {
        TensorProto tensor = Initializer(Unique(stem), type, dims);
        tensor.RawData = ByteString.CopyFrom(bytes);
        return tensor.Name;
    }

    private TensorProto Initializer(string name, DataType type, ReadOnlySpan<long> dims)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type };
        foreach (long dim in dims)
        {
            tensor.Dims.Add(dim);
        }

        _graph.Initializer.Add(tensor);
        return tensor;
    }

    private static ValueInfoProto Value(string name, DataType type, ReadOnlySpan<Dimension> dims)
    {
        var shape = new TensorShapeProto();
        foreach (Dimension dim in dims)
        {
            shape.Dim.Add(dim.Name is null ? new TensorShapeProto.Types.Dimension { DimValue = dim.Size } : new TensorShapeProto.Types.Dimension { DimParam = dim.Name });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }

    /// <summary>A dimension of a model's input or output: a size, or a name where the size differs from run to run.</summary>
    public readonly record struct Dimension(long Size, string? Name)
    {
        public static implicit operator Dimension(long size) => new(size, null);

        public static implicit operator Dimension(string name) => new(0, name);
    }
}
