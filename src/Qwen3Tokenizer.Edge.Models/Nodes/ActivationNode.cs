using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>Functions of one value.</summary>
public enum ActivationKind
{
    /// <summary>x * Phi(x) with the exact normal distribution function.</summary>
    Gelu,

    /// <summary>x for x &gt; 0, else exp(x) - 1 (Clevert et al. 2015, alpha 1).</summary>
    Elu,

    /// <summary>x / (1 + exp(-x)).</summary>
    Silu,
}

/// <summary>
/// Applies a function to every value, one by one and in double precision: a vector library may take another path for values near the end of a span, and the result
/// would depend on how a signal was split.
/// </summary>
public sealed class ActivationNode : Node
{
    /// <summary>Creates the node.</summary>
    /// <exception cref="GraphException">The function is none of <see cref="ActivationKind"/>.</exception>
    public ActivationNode(string name, Node input, ActivationKind kind)
        : base(name, [input], input.Shape)
    {
        Require(Enum.IsDefined(kind), $"activation {kind} is unknown");
        Kind = kind;
    }

    /// <summary>The function.</summary>
    public ActivationKind Kind { get; }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        ReadOnlySpan<float> x = inputs[0].Data;
        Span<float> y = output.Data;
        switch (Kind)
        {
            case ActivationKind.Gelu:
                for (int i = 0; i < x.Length; i++)
                {
                    y[i] = (float)(x[i] * NormalDistribution.Cdf(x[i]));
                }

                break;
            case ActivationKind.Elu:
                for (int i = 0; i < x.Length; i++)
                {
                    y[i] = x[i] > 0 ? x[i] : (float)(Math.Exp(x[i]) - 1);
                }

                break;
            default:
                for (int i = 0; i < x.Length; i++)
                {
                    y[i] = (float)(x[i] / (1 + Math.Exp(-x[i])));
                }

                break;
        }
    }
}
