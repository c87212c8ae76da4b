using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Lowering.Passes;

/// <summary>
/// A graph in which the gains and biases of normalizations are part of the matrices that read them, and layer scales part of the matrices before them: the same function with fewer
/// nodes, and normalizations as the integer arithmetic has them.
/// </summary>
public static class FoldedGains
{
    /// <summary>Folds what can be folded; nodes that nothing changes are shared with <paramref name="graph"/>.</summary>
    /// <exception cref="BuildException">A node behind a folded one is of a type that cannot be built again.</exception>
    public static Graph Of(Graph graph)
    {
        ILookup<Node, Node> readers = graph.Nodes.SelectMany(n => n.Inputs.Select(i => (Input: i, Reader: n))).ToLookup(p => p.Input, p => p.Reader);
        var made = new Dictionary<Node, Node>();
        foreach (Node node in graph.Nodes)
        {
            Node[] inputs = [.. node.Inputs.Select(i => made[i])];
            made[node] = node switch
            {
                LayerNormNode norm when IsFoldable(norm) => new LayerNormNode(norm.Name, inputs[0], norm.Epsilon),
                RmsNormNode norm when IsFoldable(norm) => new RmsNormNode(norm.Name, inputs[0], norm.Epsilon),
                AffineNode scale when IsFoldable(scale) => inputs[0],
                ConvNode conv when IsFoldable(conv.Inputs[0]) || ScaleBehind(conv) is not null => Folded(conv, inputs[0], ScaleBehind(conv)?.Gain ?? []),
                _ => inputs.SequenceEqual(node.Inputs) ? node : Again(node, inputs),
            };
        }

        return new Graph(graph.Name, [.. graph.Outputs.Select(o => made[o])]);

        bool IsFoldable(Node node) => node switch
        {
            LayerNormNode norm => norm.Gain.Length + norm.Bias.Length > 0 && readers[node].All(IsMatrix),
            RmsNormNode norm => norm.Gain.Length > 0 && readers[node].All(IsMatrix),
            AffineNode scale => !scale.Offset.AsSpan().ContainsAnyExcept(0f) && scale.Inputs[0] is ConvNode && readers[scale.Inputs[0]].Count() == 1,
            _ => false,
        };

        AffineNode? ScaleBehind(ConvNode conv) => readers[conv].ToArray() is [AffineNode scale] && IsFoldable(scale) ? scale : null;
    }

    private static bool IsMatrix(Node node) => node is ConvNode { Kernel: 1, Groups: 1, Stride: 1 };

    // scale * (W (gain * x + shift) + b) = (scale W gain) x + scale (W shift + b)
    private static ConvNode Folded(ConvNode conv, Node input, float[] scale)
    {
        (float[] gain, float[] shift) = conv.Inputs[0] switch
        {
            LayerNormNode norm when IsMatrix(conv) => (norm.Gain, norm.Bias),
            RmsNormNode norm when IsMatrix(conv) => (norm.Gain, []),
            _ => ([], []),
        };
        int outputs = conv.Shape.Channels, row = conv.Weight.Length / outputs;
        float[] weight = conv.Weight.ToArray();
        var bias = new float[outputs];
        for (int o = 0; o < outputs; o++)
        {
            Span<float> w = weight.AsSpan(o * row, row);
            double own = conv.Bias.Length == 0 ? 0 : conv.Bias[o], factor = scale.Length == 0 ? 1 : scale[o];
            for (int i = 0; i < row; i++)
            {
                own += shift.Length == 0 ? 0 : (double)w[i] * shift[i];
                w[i] = (float)(w[i] * factor * (gain.Length == 0 ? 1 : gain[i]));
            }

            bias[o] = (float)(own * factor);
        }

        return new ConvNode(
            conv.Name, input, weight, conv.Bias.Length + shift.Length == 0 ? [] : bias, outputs, conv.Kernel, conv.Stride, conv.Dilation, conv.Groups, conv.Padding);
    }

    private static Node Again(Node node, Node[] x) => node switch
    {
        ConvNode n => new ConvNode(n.Name, x[0], n.Weight, n.Bias, n.Shape.Channels, n.Kernel, n.Stride, n.Dilation, n.Groups, n.Padding),
        ConvTransposeNode n => new ConvTransposeNode(n.Name, x[0], n.Weight, n.Bias, n.Shape.Channels, n.Kernel, n.Stride, n.Groups),
        LayerNormNode n => new LayerNormNode(n.Name, x[0], n.Epsilon, n.Gain, n.Bias),
        RmsNormNode n => new RmsNormNode(n.Name, x[0], n.Epsilon, n.Gain),
        AffineNode n => new AffineNode(n.Name, x[0], n.Offset, n.Gain),
        ActivationNode n => new ActivationNode(n.Name, x[0], n.Kind),
        SnakeNode n => new SnakeNode(n.Name, x[0], n.Alpha, n.Beta),
        AttentionNode n => new AttentionNode(n.Name, x[0], x[1], x[2], n.Heads, n.KeyValueHeads, n.HeadSize, n.RopeTheta, n.Window),
        AddNode n => new AddNode(n.Name, x[0], x[1]),
        MultiplyNode n => new MultiplyNode(n.Name, x[0], x[1]),
        FoldNode n => new FoldNode(n.Name, x[0], n.Shape.Rows),
        SliceNode n => new SliceNode(n.Name, x[0], n.Offset, n.Shape.Channels, n.Low, n.High),
        _ => throw new BuildException($"{node.Name}: {node.GetType().Name} cannot stand behind a normalization or a layer scale whose gain is folded."),
    };
}
