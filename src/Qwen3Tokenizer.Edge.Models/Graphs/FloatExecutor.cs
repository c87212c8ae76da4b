namespace Qwen3Tokenizer.Edge.Models.Graphs;

/// <summary>
/// Runs a graph in float32, frames at a time, with the streaming state of one stream. The reference for everything smaller, and the source of
/// the calibration statistics. Not thread-safe: one executor per stream; the graph itself is shared.
/// </summary>
public sealed class FloatExecutor : IGraphExecutor
{
    private readonly IMatMul _matMul;
    private readonly object?[] _states;
    private readonly Dictionary<Node, int> _index = [];

    // _lastReader[i]: position of the last node that reads the value of node i, so that values are dropped as soon as possible.
    private readonly int[] _lastReader;
    private bool _ended;

    /// <summary>Creates an executor at the start of a stream.</summary>
    public FloatExecutor(Graph graph, IMatMul? matMul = null)
    {
        Graph = graph;
        _matMul = matMul ?? ManagedMatMul.Instance;
        _states = new object?[graph.Nodes.Count];
        _lastReader = new int[graph.Nodes.Count];
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            _index[graph.Nodes[i]] = i;
            _lastReader[i] = i;
            foreach (Node input in graph.Nodes[i].Inputs)
            {
                _lastReader[_index[input]] = i;
            }
        }

        foreach (Node output in graph.Outputs)
        {
            _lastReader[_index[output]] = int.MaxValue;
        }

        Reset();
    }

    /// <summary>The graph.</summary>
    public Graph Graph { get; }

    /// <summary>Goes back to the start of a stream.</summary>
    public void Reset()
    {
        _ended = false;
        for (int i = 0; i < _states.Length; i++)
        {
            _states[i] = Graph.Nodes[i].CreateState();
        }
    }

    /// <inheritdoc/>
    public FloatTensor[] Run(int frames, IReadOnlyDictionary<string, FloatTensor> inputs) => Run(frames, inputs, null);

    /// <inheritdoc cref="IGraphExecutor.Run"/>
    /// <param name="frames">Number of frames.</param>
    /// <param name="inputs">A tensor for every <see cref="Nodes.InputNode"/>, by node name, of frames * rows rows.</param>
    /// <param name="observer">Called with every node and its value, in execution order.</param>
    public FloatTensor[] Run(int frames, IReadOnlyDictionary<string, FloatTensor> inputs, Action<Node, FloatTensor>? observer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frames);
        foreach (Node node in Graph.Nodes.OfType<Nodes.InputNode>())
        {
            FloatTensor value = InputValue(node, inputs);
            if (value.Rows != (long)frames * node.Shape.Rows)
            {
                throw new ArgumentException($"Input '{node.Name}' has {value.Rows} rows of {value.Channels}; {frames} frames of {node.Shape} were expected.", nameof(inputs));
            }
        }

        return Run(inputs, observer);
    }

    /// <inheritdoc/>
    public FloatTensor[] RunEnd(IReadOnlyDictionary<string, FloatTensor> inputs) => RunEnd(inputs, null);

    /// <inheritdoc cref="IGraphExecutor.RunEnd"/>
    /// <param name="inputs">A tensor for every <see cref="Nodes.InputNode"/>, by node name, of any number of rows.</param>
    /// <param name="observer">Called with every node and its value, in execution order.</param>
    public FloatTensor[] RunEnd(IReadOnlyDictionary<string, FloatTensor> inputs, Action<Node, FloatTensor>? observer)
    {
        FloatTensor[] outputs = Run(inputs, observer);
        _ended = true;
        return outputs;
    }

    private FloatTensor[] Run(IReadOnlyDictionary<string, FloatTensor> inputs, Action<Node, FloatTensor>? observer)
    {
        if (_ended)
        {
            throw new InvalidOperationException("The stream has ended; reset the executor before the next one.");
        }

        var values = new FloatTensor?[Graph.Nodes.Count];
        var arguments = new List<FloatTensor>();
        for (int i = 0; i < values.Length; i++)
        {
            Node node = Graph.Nodes[i];
            FloatTensor value;
            if (node is Nodes.InputNode)
            {
                value = InputValue(node, inputs);
            }
            else
            {
                arguments.Clear();
                foreach (Node input in node.Inputs)
                {
                    arguments.Add(values[_index[input]]!);
                }

                value = new FloatTensor(node.RowsFrom(arguments[0].Rows), node.Shape.Channels);
                node.Forward(arguments, value, _states[i], _matMul);
            }

            values[i] = value;
            observer?.Invoke(node, value);
            foreach (Node input in node.Inputs)
            {
                int read = _index[input];
                if (_lastReader[read] == i)
                {
                    values[read] = null;
                }
            }
        }

        return Graph.Outputs.Select(o => values[_index[o]]!).ToArray();
    }

    private static FloatTensor InputValue(Node node, IReadOnlyDictionary<string, FloatTensor> inputs)
    {
        if (!inputs.TryGetValue(node.Name, out FloatTensor? value))
        {
            throw new ArgumentException($"Input '{node.Name}' is missing.", nameof(inputs));
        }

        if (value.Channels != node.Shape.Channels)
        {
            throw new ArgumentException($"Input '{node.Name}' has {value.Rows} rows of {value.Channels}; frames of {node.Shape} were expected.", nameof(inputs));
        }

        return value;
    }
}
