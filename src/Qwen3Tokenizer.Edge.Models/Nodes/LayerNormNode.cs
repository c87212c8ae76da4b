using System.Numerics.Tensors;
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

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => [.. Parameter.Of($"{Name}.weight", Gain, isMatrix: false), .. Parameter.Of($"{Name}.bias", Bias, isMatrix: false)];

    /// <inheritdoc/>
    public override void ForwardBatch(NodePass pass)
    {
        int channels = Shape.Channels;
        float[] scales = pass.Scratch(0, pass.Output.Rows), normalized = Gain.Length == 0 && Bias.Length == 0 ? pass.Output.Data : pass.Scratch(1, pass.Output.Data.Length);
        for (int row = 0; row < pass.Output.Rows; row++)
        {
            ReadOnlySpan<float> x = pass.Inputs[0].Row(row);
            Span<float> n = normalized.AsSpan(row * channels, channels), y = pass.Output.Row(row);
            TensorPrimitives.Subtract(x, FixedOrder.Sum(x) / channels, n);
            scales[row] = (float)(1 / Math.Sqrt((FixedOrder.SumOfSquares(n) / channels) + Epsilon));
            TensorPrimitives.Multiply(n, scales[row], n);
            if (Gain.Length > 0)
            {
                TensorPrimitives.Multiply(n, Gain, y);
            }
            else if (Bias.Length > 0)
            {
                n.CopyTo(y);
            }

            if (Bias.Length > 0)
            {
                TensorPrimitives.Add(y, Bias, y);
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>With n the normalized row, s its scale and h = gradient * gain: dx = s * (h - mean(h) - n * mean(h n)).</remarks>
    public override void Backward(NodePass pass)
    {
        int channels = Shape.Channels;
        float[] scales = pass.Scratch(0, pass.Output.Rows), normalized = Gain.Length == 0 && Bias.Length == 0 ? pass.Output.Data : pass.Scratch(1, pass.Output.Data.Length);
        Span<float> h = pass.Scratch(2, 2 * channels).AsSpan(0, channels), product = pass.Scratch(2, 2 * channels).AsSpan(channels, channels);
        for (int row = 0; row < pass.Output.Rows; row++)
        {
            ReadOnlySpan<float> g = pass.OutputGradient!.Row(row), n = normalized.AsSpan(row * channels, channels);
            if (pass.ParameterGradients.Length > 0)
            {
                AddParameterGradients(pass.ParameterGradients, g, n);
            }

            if (pass.InputGradients[0] is not { } input)
            {
                continue;
            }

            if (Gain.Length > 0)
            {
                TensorPrimitives.Multiply(g, Gain, h);
                g = h;
            }

            float mean = FixedOrder.Sum(g) / channels, slope = FixedOrder.Dot(g, n) / channels, scale = scales[row];
            Span<float> dx = input.Row(row);
            TensorPrimitives.Subtract(g, mean, product);
            TensorPrimitives.FusedMultiplyAdd(n, -slope, product, product);
            TensorPrimitives.FusedMultiplyAdd(product, scale, dx, dx);
        }
    }

    private void AddParameterGradients(float[][] gradients, ReadOnlySpan<float> g, ReadOnlySpan<float> n)
    {
        if (Gain.Length > 0)
        {
            TensorPrimitives.FusedMultiplyAdd(g, n, gradients[0], gradients[0]);
        }

        if (Bias.Length > 0)
        {
            TensorPrimitives.Add(gradients[^1], g, gradients[^1]);
        }
    }
}
