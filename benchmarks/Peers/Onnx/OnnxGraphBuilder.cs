using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Onnx;

/// <summary>Collects nodes, constants, inputs and outputs of an ONNX graph; every value is known by its name.</summary>
public sealed class OnnxGraphBuilder
{
    private const long Opset = 21;
    private const long IrVersion = 10;

    private readonly GraphProto _graph;
    private int _counter;

    /// <summary>Starts an empty graph.</summary>
    public OnnxGraphBuilder(string name) => _graph = new GraphProto { Name = name };

    /// <summary>Appends a node with one output and returns the name of that output.</summary>
    public string Node(string operation, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
    {
        string output = Unique(operation);
        NodeInto(output, operation, inputs, attributes);
        return output;
    }

    /// <summary>Appends a node whose output has the given name.</summary>
    public void NodeInto(string output, string operation, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
    {
        var node = new NodeProto { Name = "node_" + output, OpType = operation };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        node.Attribute.AddRange(attributes);
        _graph.Node.Add(node);
    }

    /// <summary>An integer attribute.</summary>
    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    /// <summary>A float attribute.</summary>
    public static AttributeProto Float(string name, float value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    /// <summary>A list of integers.</summary>
    public static AttributeProto Ints(string name, params IEnumerable<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    /// <summary>A float32 constant; no dimension makes a scalar.</summary>
    public string Constant(ReadOnlySpan<float> values, params ReadOnlySpan<long> dims) => Constant(MemoryMarshal.AsBytes(values), TensorProto.Types.DataType.Float, dims);

    /// <summary>An int64 constant.</summary>
    public string Constant(ReadOnlySpan<long> values, params ReadOnlySpan<long> dims) => Constant(MemoryMarshal.AsBytes(values), TensorProto.Types.DataType.Int64, dims);

    /// <summary>An int32 constant.</summary>
    public string Constant(ReadOnlySpan<int> values, params ReadOnlySpan<long> dims) => Constant(MemoryMarshal.AsBytes(values), TensorProto.Types.DataType.Int32, dims);

    /// <summary>An int8 constant.</summary>
    public string Constant(ReadOnlySpan<sbyte> values, params ReadOnlySpan<long> dims) => Constant(MemoryMarshal.AsBytes(values), TensorProto.Types.DataType.Int8, dims);

    /// <summary>A uint8 constant.</summary>
    public string Constant(ReadOnlySpan<byte> values, params ReadOnlySpan<long> dims) => Constant(values, TensorProto.Types.DataType.Uint8, dims);

    /// <summary>Declares an input of the model.</summary>
    public void Input(string name, TensorProto.Types.DataType type, params ReadOnlySpan<long> dims) => _graph.Input.Add(Value(name, type, dims));

    /// <summary>Declares an output of the model.</summary>
    public void Output(string name, TensorProto.Types.DataType type, params ReadOnlySpan<long> dims) => _graph.Output.Add(Value(name, type, dims));

    /// <summary>The model as a file's bytes.</summary>
    public byte[] ToBytes()
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "Qwen3Tokenizer.Edge benchmarks", Graph = _graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        return model.ToByteArray();
    }

    private string Constant(ReadOnlySpan<byte> bytes, TensorProto.Types.DataType type, ReadOnlySpan<long> dims)
    {
        var tensor = new TensorProto { Name = Unique("constant"), DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(dims.ToArray());
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, ReadOnlySpan<long> dims)
    {
        var shape = new TensorShapeProto();
        foreach (long d in dims)
        {
            shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = d });
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }

    private string Unique(string stem) => stem + "_" + _counter++.ToString(CultureInfo.InvariantCulture);
}
