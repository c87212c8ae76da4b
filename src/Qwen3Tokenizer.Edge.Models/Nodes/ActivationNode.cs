using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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

    /// <inheritdoc/>
    public override void ForwardBatch(NodePass pass)
    {
        float[] x = pass.Inputs[0].Data, y = pass.Output.Data, slopes = pass.Scratch(0, y.Length);
        int whole = x.Length - (x.Length % Vector256<float>.Count);
        ref float from = ref MemoryMarshal.GetArrayDataReference(x), to = ref MemoryMarshal.GetArrayDataReference(y), slope = ref MemoryMarshal.GetArrayDataReference(slopes);
        for (int i = 0; i < whole; i += Vector256<float>.Count)
        {
            (Vector256<float> value, Vector256<float> derivative) = Differentiate(Vector256.LoadUnsafe(ref from, (nuint)i));
            value.StoreUnsafe(ref to, (nuint)i);
            derivative.StoreUnsafe(ref slope, (nuint)i);
        }

        for (int i = whole; i < x.Length; i++)
        {
            (Vector256<float> value, Vector256<float> derivative) = Differentiate(Vector256.Create(x[i]));
            (y[i], slopes[i]) = (value[0], derivative[0]);
        }
    }

    /// <inheritdoc/>
    public override void Backward(NodePass pass)
    {
        if (pass.InputGradients[0] is { } dx)
        {
            ReadOnlySpan<float> slopes = pass.Scratch(0, dx.Data.Length).AsSpan(0, dx.Data.Length);
            TensorPrimitives.FusedMultiplyAdd(pass.OutputGradient!.Data, slopes, dx.Data, dx.Data);
        }
    }

    // The value and its derivative. GELU: Phi by Abramowitz and Stegun 7.1.26 (|error| < 0.8e-7), whose exponential is that of the density.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (Vector256<float> Value, Vector256<float> Derivative) Differentiate(Vector256<float> x)
    {
        Vector256<float> one = Vector256<float>.One;
        if (Kind == ActivationKind.Gelu)
        {
            Vector256<float> density = FixedMath.Exp(x * x * Vector256.Create(-0.5f)), t = one / (one + (Vector256.Abs(x) * Vector256.Create(0.3275911f * 0.70710678f)));
            Vector256<float> tail = Vector256.Create(0.5f * 1.061405429f);
            tail = (tail * t) + Vector256.Create(0.5f * -1.453152027f);
            tail = (tail * t) + Vector256.Create(0.5f * 1.421413741f);
            tail = (tail * t) + Vector256.Create(0.5f * -0.284496736f);
            tail = (tail * t) + Vector256.Create(0.5f * 0.254829592f);
            tail = tail * t * density;
            Vector256<float> phi = Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), tail, one - tail);
            return (x * phi, phi + (x * density * Vector256.Create(0.39894228f)));
        }

        if (Kind == ActivationKind.Silu)
        {
            Vector256<float> sigmoid = one / (one + FixedMath.Exp(-x)), y = x * sigmoid;
            return (y, sigmoid + (y * (one - sigmoid)));
        }

        Vector256<float> exponential = FixedMath.Exp(Vector256.Min(x, Vector256<float>.Zero)), positive = Vector256.GreaterThan(x, Vector256<float>.Zero);
        return (Vector256.ConditionalSelect(positive, x, exponential - one), Vector256.ConditionalSelect(positive, one, exponential));
    }
}
