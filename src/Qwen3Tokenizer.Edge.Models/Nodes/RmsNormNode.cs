using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>Root mean square normalization over channels: x / sqrt(mean(x^2) + epsilon) * gain (Zhang and Sennrich 2019).</summary>
public sealed class RmsNormNode : Node
{
    /// <summary>Creates the node.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="input">[rows, channels].</param>
    /// <param name="epsilon">Added to the mean square, greater than zero.</param>
    /// <param name="gain">[channels], or empty for one.</param>
    /// <exception cref="GraphException">The epsilon is not positive, or the gain does not fit the channels.</exception>
    public RmsNormNode(string name, Node input, double epsilon, float[]? gain = null)
        : base(name, [input], input.Shape)
    {
        (Epsilon, Gain) = (epsilon, gain ?? []);
        Require(epsilon > 0 && double.IsFinite(epsilon), $"epsilon {epsilon} must be positive");
        Require(Gain.Length == 0 || Gain.Length == input.Shape.Channels, $"its gain has {Gain.Length} values, {input.Shape.Channels} were expected");
    }

    /// <summary>Added to the mean square.</summary>
    public double Epsilon { get; }

    /// <summary>[channels] or empty.</summary>
    public float[] Gain { get; }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        for (int row = 0; row < output.Rows; row++)
        {
            ReadOnlySpan<float> x = inputs[0].Row(row);
            Span<float> y = output.Row(row);
            double squares = 0;
            foreach (float v in x)
            {
                squares += (double)v * v;
            }

            double scale = 1 / Math.Sqrt((squares / x.Length) + Epsilon);
            for (int i = 0; i < x.Length; i++)
            {
                y[i] = (float)(x[i] * scale * (Gain.Length == 0 ? 1 : Gain[i]));
            }
        }
    }
}
