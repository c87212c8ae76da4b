using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Distillation.Engine;

/// <summary>
/// Reverse mode on a graph for a batch of sequences, each from the start of a stream: <see cref="Forward"/> computes all values, <see cref="Backward"/> the gradients of the loss by
/// parameters and inputs (Griewank and Walther 2008, "Evaluating derivatives", chapter 3). All memory is allocated once. One executor belongs to one thread; executors of the same graph share
/// its weights, each has gradients of its own.
/// </summary>
public sealed class BatchExecutor
{
    private readonly NodePass?[] _passes;
    private readonly FloatTensor[] _values;
    private readonly FloatTensor?[] _gradients;
    private readonly Dictionary<Node, int> _index = [];

    /// <summary>Creates an executor.</summary>
    /// <param name="graph">The network; its outputs are where the loss's gradient enters.</param>
    /// <param name="sequences">Sequences of a batch.</param>
    /// <param name="frames">Frames of a sequence.</param>
    /// <param name="matMul">Matrix products.</param>
    /// <param name="trains">Which nodes' parameters want gradients; null for all.</param>
    /// <param name="wanted">Inputs whose gradients are wanted too.</param>
    public BatchExecutor(Graph graph, int sequences, int frames, IMatMul matMul, Func<Node, bool>? trains = null, params IReadOnlyList<string> wanted)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequences, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        (Graph, Sequences, Frames) = (graph, sequences, frames);
        int count = graph.Nodes.Count;
        (_passes, _values, _gradients) = (new NodePass?[count], new FloatTensor[count], new FloatTensor?[count]);
        var parameters = new List<ParameterGradient>();
        for (int i = 0; i < count; i++)
        {
            Node node = graph.Nodes[i];
            _index[node] = i;
            _values[i] = new FloatTensor(checked(sequences * frames * node.Shape.Rows), node.Shape.Channels);
            int[] inputs = [.. node.Inputs.Select(n => _index[n])];
            IReadOnlyList<Parameter> own = trains?.Invoke(node) ?? true ? node.Parameters : [];
            bool flows = own.Count > 0 || inputs.Any(n => _gradients[n] is not null) || (node is InputNode && wanted.Contains(node.Name));
            _gradients[i] = flows ? new FloatTensor(_values[i].Rows, _values[i].Channels) : null;
            if (node is InputNode)
            {
                continue;
            }

            float[][] gradients = [.. own.Select(p => new float[p.Values.Count])];
            parameters.AddRange(own.Select((p, n) => new ParameterGradient(p, gradients[n])));
            _passes[i] = new NodePass(sequences, [.. inputs.Select(n => _values[n])], _values[i], _gradients[i], [.. inputs.Select(n => _gradients[n])], gradients, matMul);
        }

        Parameters = parameters;
    }

    /// <summary>The network.</summary>
    public Graph Graph { get; }

    /// <summary>Sequences of a batch.</summary>
    public int Sequences { get; }

    /// <summary>Frames of a sequence.</summary>
    public int Frames { get; }

    /// <summary>The parameters that want gradients, in the order of the nodes, with this executor's gradients.</summary>
    public IReadOnlyList<ParameterGradient> Parameters { get; }

    /// <summary>The value of a node: [sequences * frames * rows, channels], an input's to be filled before <see cref="Forward"/>.</summary>
    public FloatTensor Value(string name) => _values[_index[Graph[name]]];

    /// <summary>The gradient of the loss by the value of a node; of an output, to be filled between <see cref="ClearGradients"/> and <see cref="Backward"/>.</summary>
    /// <exception cref="ArgumentException">No parameter stands before the node.</exception>
    public FloatTensor Gradient(string name) => _gradients[_index[Graph[name]]] ?? throw new ArgumentException($"No gradient reaches node '{name}'.", nameof(name));

    /// <summary>Computes all values from the inputs'.</summary>
    public void Forward()
    {
        for (int i = 0; i < _passes.Length; i++)
        {
            if (_passes[i] is { } pass)
            {
                Graph.Nodes[i].ForwardBatch(pass);
            }
        }
    }

    /// <summary>Sets all gradients to zero.</summary>
    public void ClearGradients()
    {
        foreach (FloatTensor? gradient in _gradients)
        {
            gradient?.Data.AsSpan().Clear();
        }

        foreach (ParameterGradient parameter in Parameters)
        {
            parameter.Gradient.AsSpan().Clear();
        }
    }

    /// <summary>Carries the gradients of the outputs back to the parameters and the wanted inputs.</summary>
    public void Backward()
    {
        for (int i = _passes.Length - 1; i >= 0; i--)
        {
            if (_passes[i] is { OutputGradient: not null } pass)
            {
                Graph.Nodes[i].Backward(pass);
            }
        }
    }
}

/// <summary>A parameter and the gradient of the loss by it.</summary>
/// <param name="Parameter">The weights.</param>
/// <param name="Gradient">As many values as the parameter has.</param>
public sealed record ParameterGradient(Parameter Parameter, float[] Gradient);
