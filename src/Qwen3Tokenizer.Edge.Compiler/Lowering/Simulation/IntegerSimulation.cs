using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Nodes;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Lowering.Simulation;

/// <summary>
/// A float graph that computes what a lowered network computes in integers: the network's own nodes with the weights that the integers stand for, and a <see cref="RoundingNode"/> wherever a value is stored.
/// It follows <see cref="GraphLowering"/>'s result alone, so that there is one rule for scales, zero points, rounding and saturation. It differs from the integers by float32's rounding of sums, which moves
/// a value near a tie by one step, and by the interpolation of the tables for GELU and the reciprocal square root.
/// </summary>
public sealed class IntegerSimulation
{
    private const int Unlimited = int.MaxValue / 2;
    private readonly Dictionary<string, Node> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RoundingNode> _roundings = new(StringComparer.Ordinal);

    /// <summary>Builds the graph.</summary>
    /// <param name="network">The float network, from codes to head rows or to a value before them.</param>
    /// <param name="program">What the decoder that it belongs to was lowered to.</param>
    /// <exception cref="BuildException">A node has no simulation.</exception>
    public IntegerSimulation(Graph network, IntegerProgram program)
    {
        var made = new Dictionary<Node, Node>();
        foreach (Node node in network.Nodes)
        {
            Node[] x = [.. node.Inputs.Select(i => made[i])];
            Node own = node switch
            {
                InputNode => node,
                FoldNode => new FoldNode(node.Name, x[0], node.Shape.Rows),
                EmbedNode n => new EmbedNode(n.Name, x[0], n.Table.ToArray(), n.Layers, n.Entries, n.Dim, n.Combination),
                ConvNode n => new ConvNode(n.Name, x[0], n.Weight.ToArray(), n.Bias.Length == 0 ? new float[n.Shape.Channels] : [.. n.Bias], n.Shape.Channels, n.Kernel, groups: n.Groups),
                LayerNormNode n => new LayerNormNode(n.Name, x[0], n.Epsilon),
                ActivationNode n => new ActivationNode(n.Name, x[0], n.Kind),
                AddNode => new AddNode(node.Name, x[0], x[1]),
                _ => throw new BuildException($"{node.Name}: {node.GetType().Name} has no simulation in float."),
            };
            _nodes.Add(node.Name, own);
            made[node] = own is InputNode or FoldNode ? own : _roundings[node.Name] = new RoundingNode($"{node.Name}.rounded", own);
        }

        Graph = new Graph(network.Name, [.. network.Outputs.Select(o => made[o])]);
        Update(program);
    }

    /// <summary>The graph; the value of an output has the name of the network's node and the ending <c>.rounded</c>.</summary>
    public Graph Graph { get; }

    /// <summary>Takes over the numbers of a program of the same network, lowered again after its weights or its statistics changed.</summary>
    /// <exception cref="BuildException">The program is another network's.</exception>
    public void Update(IntegerProgram program)
    {
        foreach (IntegerOperation operation in program.Operations)
        {
            // Data movement changes no value; what stands behind the network has no node here.
            if (operation is WindowOperation or SourceFilterOperation || !_nodes.TryGetValue(operation.Name, out Node? node))
            {
                continue;
            }

            switch (operation)
            {
                case EmbedOperation op:
                    RealWeights.Of(op, Values(((EmbedNode)node).Table));
                    Store(op.Name, op.Output);
                    break;
                case DepthwiseOperation op:
                    RealWeights.Of(op, Values(((ConvNode)node).Weight), ((ConvNode)node).Bias);
                    Store(op.Name, op.Output);
                    break;
                case LayerNormOperation op:
                    Store(op.Name, op.Output);
                    break;
                case LinearGeluOperation op:
                    double fine = Math.Pow(2, op.Fraction);
                    Multiply((ConvNode)node, op, op.Matrix, op.Input, short.MinValue, short.MaxValue);
                    Limits(op.Output, out int low, out int high);
                    _roundings[op.Output.Name].Set([fine], op.Gain * Math.Pow(2, -op.Shift), [op.Output.Scale], low, high);
                    break;
                case LinearAddOperation op:
                    Multiply(Branch(node), op, op.Matrix, op.Input, -Unlimited, Unlimited);
                    Store(op.Name, op.Output);
                    break;
                case LinearOperation op:
                    Multiply((ConvNode)node, op, op.Matrix, op.Input, short.MinValue, short.MaxValue);
                    break;
                default:
                    throw new BuildException($"{operation.Name}: {operation.GetType().Name} has no simulation in float.");
            }
        }

        foreach (Node node in _nodes.Values)
        {
            node.WeightsChanged();
        }
    }

    private void Multiply(ConvNode node, IntegerOperation operation, IntegerMatrix matrix, IntegerBuffer input, int low, int high)
    {
        bool split = matrix.Out > node.Shape.Channels;
        double[] steps = RealWeights.Steps(operation, operation is LinearOperation && HeadFormat(operation), split);
        RealWeights.Of(matrix, input, steps, node.Kernel, Values(node.Weight), node.Bias);
        double[] own = steps.Length == 1 ? steps : steps[..node.Shape.Channels];
        _roundings[node.Name].Set(Array.ConvertAll(own, s => 1 / s), 1, own, low, high);
    }

    // A head's buffer notes the step of its magnitudes as its own.
    private static bool HeadFormat(IntegerOperation operation) => operation.Output.Scale == 1 / HeadLowering.StepsOf(0, operation.Output.Channels, split: false);

    private void Store(string name, IntegerBuffer buffer)
    {
        Limits(buffer, out int low, out int high);
        _roundings[name].Set([1 / buffer.Scale], 1, [buffer.Scale], low, high);
    }

    private static void Limits(IntegerBuffer buffer, out int low, out int high) =>
        (low, high) = buffer.Type == ElementType.Int8 ? (sbyte.MinValue - buffer.ZeroPoint, sbyte.MaxValue - buffer.ZeroPoint) : (short.MinValue - buffer.ZeroPoint, short.MaxValue - buffer.ZeroPoint);

    private static ConvNode Branch(Node add) => (ConvNode)add.Inputs[1].Inputs[0];

    private static Span<float> Values(ReadOnlyMemory<float> weight) => MemoryMarshal.TryGetArray(weight, out ArraySegment<float> array) ? array.AsSpan() : throw new InvalidOperationException("The weights are not an array.");
}
