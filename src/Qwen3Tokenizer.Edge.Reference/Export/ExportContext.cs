using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using static Qwen3Tokenizer.Edge.Reference.Onnx.OnnxGraphBuilder;
using static Qwen3Tokenizer.Edge.Reference.Onnx.TensorProto.Types;

namespace Qwen3Tokenizer.Edge.Reference.Export;

/// <summary>
/// What the exporters of single nodes share. A node's value exists as rows [T, C], the order of linear maps and norms, or as channels [1, C, T], the order of convolutions;
/// the other one is made by a transposition when somebody asks for it.
/// </summary>
internal sealed class ExportContext
{
    /// <summary>End of the name of a state's input; its output has <see cref="NextSuffix"/> behind it.</summary>
    public const string StateSuffix = ".state";

    /// <summary>End of the name of a state's output.</summary>
    public const string NextSuffix = ".next";

    private const string ChannelsSuffix = ".channels";

    private readonly Dictionary<Node, string> _rows = [];
    private readonly Dictionary<Node, string> _channels = [];
    private readonly Dictionary<string, string> _shared = new(StringComparer.Ordinal);

    /// <summary>Prepares the export of a graph.</summary>
    public ExportContext(string name, IWeightSink weights) => Onnx = new OnnxGraphBuilder(name, weights);

    /// <summary>The ONNX graph so far.</summary>
    public OnnxGraphBuilder Onnx { get; }

    /// <summary>Whether the value of <paramref name="node"/> exists as rows.</summary>
    public bool HasRows(Node node) => _rows.ContainsKey(node);

    /// <summary>Whether the value of <paramref name="node"/> exists as channels.</summary>
    public bool HasChannels(Node node) => _channels.ContainsKey(node);

    /// <summary>The value of <paramref name="node"/> as rows [T, C].</summary>
    public string Rows(Node node)
    {
        if (!_rows.TryGetValue(node, out string? value))
        {
            string channels = _channels[node];
            value = node.Shape.Channels == 1
                ? Onnx.Add("Reshape", [channels, Onnx.Integers(-1, 1)], output: node.Name)
                : Onnx.Add("Transpose", [Onnx.Add("Squeeze", [channels, Onnx.Integers(0)])], [Ints("perm", 1, 0)], node.Name);
            _rows.Add(node, value);
        }

        return value;
    }

    /// <summary>The value of <paramref name="node"/> as channels [1, C, T].</summary>
    public string Channels(Node node)
    {
        if (!_channels.TryGetValue(node, out string? value))
        {
            string rows = _rows[node];
            value = node.Shape.Channels == 1
                ? Onnx.Add("Reshape", [rows, Onnx.Integers(1, 1, -1)], output: ChannelsName(node))
                : Onnx.Add("Unsqueeze", [Onnx.Add("Transpose", [rows], [Ints("perm", 1, 0)]), Onnx.Integers(0)], output: ChannelsName(node));
            _channels.Add(node, value);
        }

        return value;
    }

    /// <summary>Appends the operation whose result is the value of <paramref name="node"/> as rows.</summary>
    public void AddRows(Node node, string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        _rows.Add(node, Onnx.Add(operation, inputs, attributes, node.Name));

    /// <summary>Appends the operation whose result is the value of <paramref name="node"/> as channels.</summary>
    public void AddChannels(Node node, string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        _channels.Add(node, Onnx.Add(operation, inputs, attributes, ChannelsName(node)));

    /// <summary>Name for the value of <paramref name="node"/> as channels.</summary>
    public static string ChannelsName(Node node) => node.Name + ChannelsSuffix;

    /// <summary>Says that a value of the graph so far is that of <paramref name="node"/> as channels.</summary>
    public void SetChannels(Node node, string value) => _channels.Add(node, value);

    /// <summary>Says that the model's input of the same name is the value of <paramref name="node"/> as rows.</summary>
    public void SetInput(Node node) => _rows.Add(node, node.Name);

    /// <summary>
    /// For a node that works value by value: its inputs in the order that costs the least, all in the same one.
    /// </summary>
    public LayoutValues Pointwise(Node node)
    {
        bool rows = node.Inputs.All(HasRows) || (!node.Inputs.All(HasChannels) && HasRows(node.Inputs[0]));
        return new LayoutValues(rows, [.. node.Inputs.Select(i => rows ? Rows(i) : Channels(i))]);
    }

    /// <summary>Appends the operation whose result is the value of a pointwise <paramref name="node"/>, in the order of its <paramref name="inputs"/>.</summary>
    public void AddPointwise(Node node, LayoutValues inputs, string operation, params ReadOnlySpan<string> operands)
    {
        if (inputs.IsRows)
        {
            AddRows(node, operation, operands);
        }
        else
        {
            AddChannels(node, operation, operands);
        }
    }

    /// <summary>A weight with a value for each channel of <paramref name="node"/>, shaped for the order of <paramref name="inputs"/>.</summary>
    public string PerChannel(Node node, LayoutValues inputs, string part, ReadOnlyMemory<float> values) =>
        inputs.IsRows ? Onnx.Weight($"{node.Name}.{part}", values, values.Length) : Onnx.Weight($"{node.Name}.{part}", values, values.Length, 1);

    /// <summary>Declares a state: the input that a run begins with. Zeros at the start of a stream; a named dimension is zero then.</summary>
    public string State(string name, DataType type, params ReadOnlySpan<Dimension> dims)
    {
        Onnx.Input(name + StateSuffix, type, dims);
        return name + StateSuffix;
    }

    /// <summary>Declares the output that the next run begins with: the result of an operation.</summary>
    public void NextState(string name, DataType type, ReadOnlySpan<Dimension> dims, string operation, ReadOnlySpan<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        string next = name + StateSuffix + NextSuffix;
        Onnx.Add(operation, inputs, attributes, next);
        Onnx.Output(next, type, dims);
    }

    /// <summary>A value that several nodes use: made once.</summary>
    public string Shared(string key, Func<string> make)
    {
        if (!_shared.TryGetValue(key, out string? value))
        {
            value = make();
            _shared.Add(key, value);
        }

        return value;
    }

    /// <summary>Elements <paramref name="start"/> .. <paramref name="end"/> - 1 along an axis; negative ones count from the end, <see cref="long.MaxValue"/> is the end.</summary>
    public string Slice(string value, long axis, long start, long end) => Onnx.Add("Slice", [value, Onnx.Integers(start), Onnx.Integers(end), Onnx.Integers(axis)]);

    /// <summary>The size of an axis as a list of one int64.</summary>
    public string Size(string value, long axis) => Onnx.Add("Shape", [value], [Int("start", axis), Int("end", axis + 1)]);
}

/// <summary>Values of a node's inputs, all as rows or all as channels.</summary>
/// <param name="IsRows">Whether they are rows [T, C]; else channels [1, C, T].</param>
/// <param name="Values">One for each input.</param>
internal readonly record struct LayoutValues(bool IsRows, string[] Values);
