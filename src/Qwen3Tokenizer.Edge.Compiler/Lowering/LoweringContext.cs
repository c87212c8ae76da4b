using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Lowering;

/// <summary>What the lowerings of single nodes share: the graph, its statistics, and the integer program so far.</summary>
public sealed class LoweringContext
{
    private readonly Dictionary<Node, List<Node>> _readers = [];
    private readonly Dictionary<Node, IntegerBuffer> _buffers = [];
    private readonly Dictionary<Node, double> _streamMaxima = [];

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
