using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Lowering;

/// <summary>What the lowerings of single nodes share: the graph, its statistics, and the integer program so far.</summary>
public sealed class LoweringContext
{
    private const int MaxNarrowShift = 30;

    // 50 Hz: up to there a wave's matrices make less than a tenth of its work.
    private const int SlowRows = 4;
    private const int ShortRow = 2048;
    private readonly Dictionary<Node, List<Node>> _readers = [];
    private readonly Dictionary<Node, IntegerBuffer> _buffers = [];
    private readonly Dictionary<Node, double> _streamMaxima = [];
    private readonly Dictionary<Node, IntegerBuffer> _narrowed = [];

    /// <summary>Prepares the lowering of <paramref name="graph"/>.</summary>
    public LoweringContext(Graph graph, CalibrationStatistics statistics, LoweringOptions options)
    {
        (Graph, Statistics, Options) = (graph, statistics, options);
        foreach (Node node in graph.Nodes)
        {
            _readers[node] = [];
            foreach (Node input in node.Inputs)
            {
                _readers[input].Add(node);
            }
        }

        FindResidualStreams();
    }

    /// <summary>The graph.</summary>
    public Graph Graph { get; }

    /// <summary>Statistics of every node.</summary>
    public CalibrationStatistics Statistics { get; }

    /// <summary>Options.</summary>
    public LoweringOptions Options { get; }

    /// <summary>Whether the network itself makes samples: its output is a convolution, limited to -1..1.</summary>
    public bool IsWave => Graph.Outputs is [SliceNode { Low: -1, High: 1, Offset: 0 } samples] && samples.Inputs[0] is ConvNode;

    /// <summary>The program so far.</summary>
    public List<IntegerOperation> Operations { get; } = [];

    /// <summary>Which tensors were candidates for 8 bits, what was measured and chosen: for the report.</summary>
    public Dictionary<string, ActivationStep> Decisions { get; } = new(StringComparer.Ordinal);

    /// <summary>Nodes that another node's lowering has taken along.</summary>
    public HashSet<Node> Fused { get; } = [];

    /// <summary>Nodes that read the value of <paramref name="node"/>.</summary>
    public IReadOnlyList<Node> Readers(Node node) => _readers[node];

    /// <summary>The only reader of <paramref name="node"/> when it is a <typeparamref name="T"/>, else null.</summary>
    public T? OnlyReader<T>(Node node)
        where T : Node => _readers[node] is [T reader] ? reader : null;

    /// <summary>The buffer that holds the value of <paramref name="node"/>.</summary>
    /// <exception cref="BuildException">The node was not lowered.</exception>
    public IntegerBuffer Buffer(Node node) => _buffers.TryGetValue(node, out IntegerBuffer? buffer) ? buffer : throw CannotLower(node);

    /// <summary>The buffer of <paramref name="node"/> where <paramref name="reader"/> can read 16 bits without a zero point only.</summary>
    /// <exception cref="BuildException">The value has another form, or none.</exception>
    public IntegerBuffer WideInput(Node reader, Node node) =>
        Buffer(node) is { Type: ElementType.Int16, ZeroPoint: 0 } buffer
            ? buffer
            : throw new BuildException($"{reader.Name}: reads '{node.Name}', which has 8 bits or a zero point; {reader.GetType().Name} reads 16-bit values without a zero point.");

    /// <summary>The limiter behind a convolution that makes the samples of a wave, else null.</summary>
    public SliceNode? SamplesOf(ConvNode conv) => IsWave && OnlyReader<SliceNode>(conv) is { } slice && slice == Graph.Outputs[0] && slice.Shape == conv.Shape ? slice : null;

    /// <summary>Biases of a convolution, corrected where the options say so; empty where it has none.</summary>
    public float[] Bias(ConvNode conv) => conv.Bias.Length > 0 && Options.BiasShifts.TryGetValue(conv.Name, out float[]? shift)
        ? [.. conv.Bias.Zip(shift, (b, s) => b + s)]
        : conv.Bias;

    /// <summary>Element type and step of a node's value that was a candidate for 8 bits; noted for the report.</summary>
    public ActivationStep Choose(Node node)
    {
        ActivationStep step = ActivationStep.Choose(Statistics[node.Name], Threshold(node), asymmetric: false, Options.Range);
        Decisions[node.Name] = step;
        return step;
    }

    /// <summary>The dB that 8 bits must reach for the value of a node: more at the slow rates of a wave, where a matrix costs little; nothing is enough for what the last matrix reads.</summary>
    public double Threshold(Node node) =>
        !IsWave ? Options.ActivationSqnr
        : SamplesFollow(node) ? double.PositiveInfinity
        : node.Shape.Rows <= SlowRows && _readers[node].All(IsShortMatrix) ? Options.SlowActivationSqnr
        : Options.ActivationSqnr;

    /// <summary>The value of <paramref name="node"/> for a matrix: as it is where it has 8 bits already, else narrowed to 8 bits where they are enough.</summary>
    /// <exception cref="BuildException">The node was not lowered.</exception>
    public IntegerBuffer NarrowInput(Node node)
    {
        IntegerBuffer wide = Buffer(node);
        if (wide.Type == ElementType.Int8 || Decisions.ContainsKey(node.Name) || node is EmbedNode)
        {
            return _narrowed.GetValueOrDefault(node) ?? wide;
        }

        ActivationStep step = Choose(node);
        if (step.Type == ElementType.Int8)
        {
            var narrow = new IntegerBuffer($"{node.Name}.narrow", ElementType.Int8, wide.Rows, wide.Channels, step.Scale);
            (int gain, int shift) = FixedPoint.Gain(narrow.Name, wide.Scale / step.Scale, 1, MaxNarrowShift);
            Operations.Add(new NarrowOperation(narrow.Name, narrow, wide, gain, shift, node.Name));
            _narrowed.Add(node, wide = narrow);
        }

        return wide;
    }

    /// <summary>The refusal of a node that has no integer form where it stands.</summary>
    public static BuildException CannotLower(Node node) =>
        new($"{node.Name}: {(node is ActivationNode activation ? $"{node.GetType().Name} {activation.Kind}" : node.GetType().Name)} cannot be lowered here.");

    /// <summary>Records that <paramref name="buffer"/> holds the value of <paramref name="node"/>.</summary>
    public void Assign(Node node, IntegerBuffer buffer) => _buffers[node] = buffer;

    /// <summary>Appends an operation that computes <paramref name="node"/>.</summary>
    public void Emit(Node node, IntegerOperation operation)
    {
        Operations.Add(operation);
        Assign(node, operation.Output);
    }

    /// <summary>A new int16 buffer for <paramref name="node"/>, with the step of the residual stream that it belongs to.</summary>
    public IntegerBuffer WideBuffer(Node node)
    {
        double largest = _streamMaxima.TryGetValue(node, out double stream) ? stream : Statistics[node.Name].MaximumMagnitude;
        return new IntegerBuffer(node.Name, ElementType.Int16, node.Shape.Rows, node.Shape.Channels, ActivationStep.Wide(largest).Scale);
    }

    // What the last matrix reads: its errors are heard as they are.
    private bool SamplesFollow(Node node) => _readers[node] is [ConvNode last] && SamplesOf(last) is not null;

    // Sums of so few products of 16-bit values fit in 32 bits without coarser weights.
    private static bool IsShortMatrix(Node reader) => reader switch
    {
        ConvNode conv => conv.Kernel * conv.Inputs[0].Shape.Channels <= ShortRow,
        ConvTransposeNode conv => (conv.Kernel > conv.Stride ? 2 : 1) * conv.Inputs[0].Shape.Channels <= ShortRow,
        _ => true,
    };

    // A residual stream is a chain of additions (and folds of it): it is one buffer with one step, so that the addition is one integer addition.
    private void FindResidualStreams()
    {
        var root = new Dictionary<Node, Node>();
        foreach (Node node in Graph.Nodes)
        {
            root[node] = node switch
            {
                AddNode => root[node.Inputs[0]],
                FoldNode => root[node.Inputs[0]],
                _ => node,
            };
        }

        foreach (IGrouping<Node, Node> stream in Graph.Nodes.GroupBy(n => root[n]).Where(g => g.Count() > 1))
        {
            double largest = stream.Max(n => Statistics[n.Name].MaximumMagnitude);
            foreach (Node node in stream)
            {
                _streamMaxima[node] = largest;
            }
        }
    }
}
