using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>Layer normalization over channels: (x - mean) / sqrt(variance + epsilon) * gain + bias, biased variance (Ba et al. 2016).</summary>
public sealed class LayerNormNode : Node
{
    /// <summary>Creates the node.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="input">[rows, channels].</param>
    /// <param name="epsilon">Added to the variance, greater than zero.</param>
    /// <param name="gain">[channels], or empty for one.</param>
    /// <param name="bias">[channels], or empty for zero.</param>
    public LayerNormNode(string name, Node input, double epsilon, float[]? gain = null, float[]? bias = null)
        : base(name, [input], input.Shape)
    {
        (Epsilon, Gain, Bias) = (epsilon, gain ?? [], bias ?? []);
        Require(epsilon > 0 && double.IsFinite(epsilon), $"epsilon {epsilon} must be positive");
        Require(Gain.Length == 0 || Gain.Length == input.Shape.Channels, $"its gain has {Gain.Length} values, {input.Shape.Channels} were expected");
        Require(Bias.Length == 0 || Bias.Length == input.Shape.Channels, $"its bias has {Bias.Length} values, {input.Shape.Channels} were expected");
    }

    /// <summary>Added to the variance.</summary>
    public double Epsilon { get; }

    /// <summary>[channels] or empty.</summary>
    public float[] Gain { get; }

    /// <summary>[channels] or empty.</summary>
    public float[] Bias { get; }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        for (int row = 0; row < output.Rows; row++)
        {
            ReadOnlySpan<float> x = inputs[0].Row(row);
            Span<float> y = output.Row(row);
            double sum = 0;
            foreach (float v in x)
            {
                sum += v;
            }

            double mean = sum / x.Length, squares = 0;
            foreach (float v in x)
            {
                squares += (v - mean) * (v - mean);
            }

            double scale = 1 / Math.Sqrt((squares / x.Length) + Epsilon);
            for (int i = 0; i < x.Length; i++)
            {
                double normalized = (x[i] - mean) * scale;
                y[i] = (float)((normalized * (Gain.Length == 0 ? 1 : Gain[i])) + (Bias.Length == 0 ? 0 : Bias[i]));
            }
        }
    }
}
