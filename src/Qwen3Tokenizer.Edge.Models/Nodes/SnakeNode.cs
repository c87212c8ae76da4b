using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>
/// Periodic activation with a frequency and a magnitude per channel, "SnakeBeta": y = x + sin^2(alpha x) / (beta + 1e-9) (Ziyin et al. 2020; the separate beta is that of
/// BigVGAN, Lee et al. 2023). Models store the logarithms of alpha and beta; the node takes them exponentiated.
/// </summary>
public sealed class SnakeNode : Node
{
    /// <summary>Added to beta, so that a vanishing beta does not divide by zero.</summary>
    public const double Epsilon = 1e-9;

    private readonly double[] _scale;

    /// <summary>Creates the node.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="input">[rows, channels].</param>
    /// <param name="alpha">[channels], radians per unit of x, finite.</param>
    /// <param name="beta">[channels], zero or greater and finite.</param>
    /// <exception cref="GraphException">A length does not fit the channels or a value is out of its range.</exception>
    public SnakeNode(string name, Node input, float[] alpha, float[] beta)
        : base(name, [input], input.Shape)
    {
        Require(alpha.Length == input.Shape.Channels && beta.Length == input.Shape.Channels, $"has {alpha.Length} alphas and {beta.Length} betas for {input.Shape.Channels} channels");
        Require(alpha.All(float.IsFinite), "has an alpha that is not finite");
        Require(beta.All(b => b >= 0 && float.IsFinite(b)), "has a beta that is negative or not finite");
        (Alpha, Beta) = (alpha, beta);
        _scale = Array.ConvertAll(beta, b => 1 / (b + Epsilon));
    }

    /// <summary>[channels].</summary>
    public float[] Alpha { get; }

    /// <summary>[channels].</summary>
    public float[] Beta { get; }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        for (int row = 0; row < output.Rows; row++)
        {
            ReadOnlySpan<float> x = inputs[0].Row(row);
            Span<float> y = output.Row(row);
            for (int i = 0; i < x.Length; i++)
            {
                double sine = MathF.Sin(Alpha[i] * x[i]);
                y[i] = (float)(x[i] + (sine * sine * _scale[i]));
            }
        }
    }
}
