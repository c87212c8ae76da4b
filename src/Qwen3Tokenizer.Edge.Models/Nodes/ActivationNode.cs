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

    /// <summary>ln(max(x, 1e-5)): the logarithm of a mel magnitude.</summary>
    LogMagnitude,
}

/// <summary>Applies a function to every value.</summary>
public sealed class ActivationNode(string name, Node input, ActivationKind kind) : Node(name, [input], input.Shape)
{
    /// <summary>The function.</summary>
    public ActivationKind Kind { get; } = kind;

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
                    y[i] = x[i] > 0 ? x[i] : MathF.Exp(x[i]) - 1;
                }

                break;
            case ActivationKind.Silu:
                for (int i = 0; i < x.Length; i++)
                {
                    y[i] = x[i] / (1 + MathF.Exp(-x[i]));
                }

                break;
            case ActivationKind.LogMagnitude:
                for (int i = 0; i < x.Length; i++)
                {
                    y[i] = MathF.Log(MathF.Max(x[i], 1e-5f));
                }

                break;
            default:
                throw new GraphException($"Node '{Name}': activation {Kind} is unknown.");
        }
    }
}
