using Google.Protobuf;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using DataType = Qwen3Tokenizer.Edge.Reference.Onnx.TensorProto.Types.DataType;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Onnx;

/// <summary>Writes a graph from codes to head rows as ONNX with explicit streaming state. Every shape is fixed, which is what ONNX Runtime optimises best.</summary>
internal sealed class CodesToHeadExporter
{
    private readonly OnnxGraphBuilder _onnx = new("codes_to_head", InlineWeights.Instance);
    private readonly Dictionary<Node, string> _values = [];
    private readonly List<StateTensor> _states = [];
    private readonly int _tokens;
    private readonly DepthwiseForm _form;
    private readonly LinearWriter _linear;

    private CodesToHeadExporter(int tokens, DepthwiseForm form, Func<OnnxGraphBuilder, LinearWriter> linear)
    {
        (_tokens, _form) = (tokens, form);
        _linear = linear(_onnx);
    }

    /// <summary>Exports.</summary>
    /// <param name="graph">A graph whose only output is the head.</param>
    /// <param name="tokens">Tokens a call.</param>
    /// <param name="form">Form of the depthwise convolutions.</param>
    /// <param name="linear">Writer of the matrix products.</param>
    public static ExportedModel Export(Graph graph, int tokens, DepthwiseForm form, Func<OnnxGraphBuilder, LinearWriter> linear)
    {
        var exporter = new CodesToHeadExporter(tokens, form, linear);
        foreach (Node node in graph.Nodes)
        {
            exporter._values[node] = exporter.Write(node);
        }

        TensorShape head = graph.Outputs.Single().Shape;
        OnnxGraphBuilder onnx = exporter._onnx;
        onnx.Add("Identity", [exporter._values[graph.Outputs[0]]], output: "head");
        onnx.Output("head", DataType.Float, tokens * head.Rows, head.Channels);
        foreach (StateTensor state in exporter._states)
        {
            onnx.Output(state.Output, DataType.Float, Fixed(state.Dims));
        }

        int layers = graph.Nodes.OfType<EmbedNode>().Single().Layers;
        return new ExportedModel(onnx.ToModel().ToByteArray(), tokens, layers, tokens * head.Rows, head.Channels, exporter._states);
    }

    private string Write(Node node) => node switch
    {
        InputNode n => Codes(n),
        EmbedNode n => Embed(n),
        ConvNode { IsDepthwise: true } n => Depthwise(n),
        ConvNode { Groups: 1, Stride: 1, Dilation: 1, Padding: ConvPadding.Zero } n => Dense(n),
        LayerNormNode { Gain.Length: 0, Bias.Length: 0 } n => LayerNorm(n),
        ActivationNode { Kind: ActivationKind.Gelu } n => _onnx.Add("Gelu", [Value(n)]),
        AddNode n => _onnx.Add("Add", [Value(n), _values[n.Inputs[1]]]),
        FoldNode n => Reshape(Value(n), Rows(n), n.Shape.Channels),
        _ => throw new NotSupportedException($"{node.Name}: {node.GetType().Name} with these attributes has no ONNX form here."),
    };

    private string Value(Node node) => _values[node.Inputs[0]];

    private int Rows(Node node) => _tokens * node.Shape.Rows;

    private string Codes(InputNode node)
    {
        _onnx.Input(node.Name, DataType.Int64, Rows(node), node.Shape.Channels);
        return node.Name;
    }

    // One table of all layers: code c of layer l is its row l * entries + c.
    private string Embed(EmbedNode node)
    {
        if (node.Combination != EmbedCombination.Sum)
        {
            throw new NotSupportedException($"{node.Name}: concatenated embeddings have no ONNX form here.");
        }

        var offsets = new long[node.Layers];
        for (int l = 0; l < offsets.Length; l++)
        {
            offsets[l] = (long)l * node.Entries;
        }

        string rows = _onnx.Add("Add", [Value(node), _onnx.Constant<long>(offsets, 1, node.Layers)]);
        string table = _onnx.Constant(node.Table.Span, (long)node.Layers * node.Entries, node.Dim);
        return _onnx.Add("ReduceSum", [_onnx.Add("Gather", [table, rows], [OnnxGraphBuilder.Int("axis", 0)]), _onnx.Integers(1)], [OnnxGraphBuilder.Int("keepdims", 0)]);
    }

    private string LayerNorm(LayerNormNode node)
    {
        var ones = new float[node.Shape.Channels];
        Array.Fill(ones, 1f);
        return _onnx.Add("LayerNormalization", [Value(node), _onnx.Constant<float>(ones, ones.Length)], [OnnxGraphBuilder.Int("axis", -1), OnnxGraphBuilder.Float("epsilon", node.Epsilon)]);
    }

    // A kernel of k taps is a product with the last k rows side by side, oldest first.
    private string Dense(ConvNode node)
    {
        int inputs = node.Inputs[0].Shape.Channels, outputs = node.Shape.Channels, rows = Rows(node);
        var weight = new float[node.Weight.Length];
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < inputs; i++)
            {
                for (int j = 0; j < node.Kernel; j++)
                {
                    weight[(((j * inputs) + i) * outputs) + o] = node.Weight.Span[(((o * inputs) + i) * node.Kernel) + j];
                }
            }
        }

        string x = Value(node);
        if (node.Kernel > 1)
        {
            string extended = Extend(node, x, axis: 0, [node.HistoryRows, inputs]);
            x = rows == 1
                ? Reshape(extended, 1, node.Kernel * inputs)
                : _onnx.Add("Concat", [.. Enumerable.Range(0, node.Kernel).Select(j => Slice(extended, 0, j, j + rows))], [OnnxGraphBuilder.Int("axis", 1)]);
        }

        return _linear.Write(node.Name, x, weight, node.Bias.Length > 0 ? node.Bias : new float[outputs]);
    }

    private string Depthwise(ConvNode node) => _form == DepthwiseForm.Windows ? DepthwiseWindows(node) : DepthwiseConv(node);

    private string DepthwiseConv(ConvNode node)
    {
        int channels = node.Shape.Channels, rows = Rows(node);
        string x = _onnx.Add("Transpose", [Value(node)], [OnnxGraphBuilder.Ints("perm", 1, 0)]);
        string extended = Reshape(Extend(node, x, axis: 1, [channels, node.HistoryRows]), 1, channels, 1, node.HistoryRows + rows);
        string y = _linear.WriteDepthwise(node.Name, extended, node.Weight.Span, node.Bias.Length > 0 ? node.Bias : new float[channels]);
        return _onnx.Add("Transpose", [Reshape(y, channels, rows)], [OnnxGraphBuilder.Ints("perm", 1, 0)]);
    }

    private string DepthwiseWindows(ConvNode node)
    {
        int channels = node.Shape.Channels, rows = Rows(node);
        string extended = Extend(node, Value(node), axis: 0, [node.HistoryRows, channels]);
        var taps = new float[node.Weight.Length];
        var index = new long[rows * node.Kernel];
        for (int j = 0; j < node.Kernel; j++)
        {
            for (int c = 0; c < channels; c++)
            {
                taps[(j * channels) + c] = node.Weight.Span[(c * node.Kernel) + j];
            }

            for (int t = 0; t < rows; t++)
            {
                index[(t * node.Kernel) + j] = t + j;
            }
        }

        string windows = rows == 1
            ? Reshape(extended, 1, node.Kernel, channels)
            : _onnx.Add("Gather", [extended, _onnx.Constant<long>(index, rows, node.Kernel)], [OnnxGraphBuilder.Int("axis", 0)]);
        string product = _onnx.Add("Mul", [windows, _onnx.Constant<float>(taps, node.Kernel, channels)]);
        string sum = _onnx.Add("ReduceSum", [product, _onnx.Integers(1)], [OnnxGraphBuilder.Int("keepdims", 0)]);
        return _onnx.Add("Add", [sum, _onnx.Constant<float>(node.Bias, channels)]);
    }

    // State and input along the axis of time; the last rows are the next state.
    private string Extend(ConvNode node, string x, int axis, long[] dims)
    {
        var state = new StateTensor($"state.{node.Name}", $"next.{node.Name}", dims);
        _states.Add(state);
        _onnx.Input(state.Input, DataType.Float, Fixed(dims));
        string extended = _onnx.Add("Concat", [state.Input, x], [OnnxGraphBuilder.Int("axis", axis)]);
        int rows = Rows(node);
        _onnx.Add("Slice", [extended, _onnx.Integers(rows), _onnx.Integers(dims[axis] + rows), _onnx.Integers(axis)], output: state.Output);
        return extended;
    }

    private string Slice(string x, int axis, int from, int to) => _onnx.Add("Slice", [x, _onnx.Integers(from), _onnx.Integers(to), _onnx.Integers(axis)]);

    private string Reshape(string x, params long[] dims) => _onnx.Add("Reshape", [x, _onnx.Integers(dims)]);

    private static OnnxGraphBuilder.Dimension[] Fixed(long[] dims) => Array.ConvertAll(dims, d => (OnnxGraphBuilder.Dimension)d);
}
