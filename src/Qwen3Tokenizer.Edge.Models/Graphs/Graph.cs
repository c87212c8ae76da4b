namespace Qwen3Tokenizer.Edge.Models.Graphs;

/// <summary>A network as a list of primitive nodes in execution order. The only description of a network that exists: the float executor runs it, the compiler lowers it.</summary>
public sealed class Graph
{
    private readonly Dictionary<string, Node> _byName = new(StringComparer.Ordinal);

    /// <summary>Creates a graph.</summary>
    /// <param name="name">Name of the model, such as <c>edge-light</c>.</param>
    /// <param name="outputs">The nodes whose values are wanted; everything they read is part of the graph.</param>
    /// <exception cref="GraphException">Two nodes have the same name.</exception>
    public Graph(string name, params IReadOnlyList<Node> outputs)
    {
        Name = name;
        Outputs = outputs;
        var ordered = new List<Node>();
        foreach (Node output in outputs)
        {
            Visit(output, ordered);
        }

        Nodes = ordered;
    }

    /// <summary>Name of the model.</summary>
    public string Name { get; }

    /// <summary>All nodes; every node comes after its inputs.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>The nodes whose values are wanted.</summary>
    public IReadOnlyList<Node> Outputs { get; }

    /// <summary>Multiply-accumulate operations per frame.</summary>
    public long MultiplyAccumulates => Nodes.Sum(n => n.MultiplyAccumulates);

    /// <summary>The node called <paramref name="name"/>.</summary>
    /// <exception cref="GraphException">There is none.</exception>
    public Node this[string name] =>
        _byName.TryGetValue(name, out Node? node) ? node : throw new GraphException($"Graph '{Name}' has no node '{name}'.");

    // Depth-first in input order, with an explicit stack: a graph from a file may be deep.
    private void Visit(Node root, List<Node> ordered)
    {
        var stack = new Stack<(Node Node, int Next)>();
        stack.Push((root, 0));
        while (stack.Count > 0)
        {
            (Node node, int next) = stack.Pop();
            if (_byName.TryGetValue(node.Name, out Node? known))
            {
                if (!ReferenceEquals(known, node))
                {
                    throw new GraphException($"Graph '{Name}' has two nodes called '{node.Name}'.");
                }

                continue;
            }

            if (next < node.Inputs.Count)
            {
                stack.Push((node, next + 1));
                stack.Push((node.Inputs[next], 0));
                continue;
            }

            _byName.Add(node.Name, node);
            ordered.Add(node);
        }
    }
}
