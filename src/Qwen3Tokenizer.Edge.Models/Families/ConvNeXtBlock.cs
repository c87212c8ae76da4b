using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Models.Families;

/// <summary>
/// A causal ConvNeXt block (Liu et al. 2022) out of primitives: x + pw2(GELU(pw1(LN(dwconv(x))))), with the layer norm's gain and the layer scale folded into the
/// matrices.
/// </summary>
internal static class ConvNeXtBlock
{
    /// <summary>Appends a block named <paramref name="name"/> (its result has that name) to <paramref name="x"/>.</summary>
    public static Node Append(IWeightSource weights, string name, Node x, int expansion, int kernel, double epsilon)
    {
        int channels = x.Shape.Channels, hidden = channels * expansion;
        Node d = new ConvNode($"{name}.dwconv", x, weights.Read($"{name}.dwconv.weight", channels, kernel), weights.Read($"{name}.dwconv.bias", channels), channels, kernel, groups: channels);
        Node n = new LayerNormNode($"{name}.norm", d, epsilon);
        Node h = new ConvNode($"{name}.pw1", n, weights.Read($"{name}.pw1.weight", hidden, channels), weights.Read($"{name}.pw1.bias", hidden), hidden);
        Node g = new ActivationNode($"{name}.gelu", h, ActivationKind.Gelu);
        Node y = new ConvNode($"{name}.pw2", g, weights.Read($"{name}.pw2.weight", channels, hidden), weights.Read($"{name}.pw2.bias", channels), channels);
        return new AddNode(name, x, y);
    }
}
