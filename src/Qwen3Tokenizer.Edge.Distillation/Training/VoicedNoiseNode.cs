using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// Head rows with the noise of voiced rows as the loss hears it, louder than the head says: with the filters A of the harmonics and N' of the noise as the head gives them,
/// N^2 = (N'^2 + sqrt(N'^4 + 4 N'^2 A^2)) / 2, so that N' = N^2 / sqrt(A^2 + N^2). A spectral loss lets noise N fill the gaps between harmonics wherever the tracked pitch is a little off. The synthesis does without that
/// when it plays N' instead: what is noise alone stays, what harmonics stand over falls as in a Wiener filter, and the difference is heard (benchmarks/RESULTS.md).
/// </summary>
internal sealed class VoicedNoiseNode : Node
{
    // Above it N' does not matter any more, and the exponential stays finite.
    private const float GreatestRatio = 20;

    private readonly int _knots;

    /// <summary>Creates the node.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="head">Head rows: log magnitudes of harmonics at the knots, then those of noise, then others, which pass.</param>
    /// <param name="voicing">[rows, 1]: voiced when positive.</param>
    /// <param name="knots">Knots of a filter.</param>
    public VoicedNoiseNode(string name, Node head, Node voicing, int knots)
        : base(name, [head, voicing], head.Shape)
    {
        Require(voicing.Shape == new TensorShape(head.Shape.Rows, 1), $"has a voicing of {voicing.Shape} for rows of {head.Shape}");
        Require(head.Shape.Channels >= 2 * knots, $"has {head.Shape.Channels} channels for two filters of {knots} knots");
        _knots = knots;
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        inputs[0].Data.AsSpan(0, output.Data.Length).CopyTo(output.Data);
        for (int row = 0; row < output.Rows; row++)
        {
            Span<float> y = output.Row(row);
            for (int k = 0; k < _knots && inputs[1].Row(row)[0] > 0; k++)
            {
                y[_knots + k] += (float)(0.5 * Math.Log((1 + Root(y[k], y[_knots + k])) / 2));
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(NodePass pass)
    {
        if (pass.InputGradients[0] is not { } dx)
        {
            return;
        }

        FloatTensor x = pass.Inputs[0], dy = pass.OutputGradient!;
        for (int row = 0; row < dy.Rows; row++)
        {
            ReadOnlySpan<float> head = x.Row(row), from = dy.Row(row);
            Span<float> to = dx.Row(row);
            bool voiced = pass.Inputs[1].Row(row)[0] > 0;
            for (int i = 0; i < to.Length; i++)
            {
                to[i] += from[i];
            }

            for (int k = 0; k < _knots && voiced; k++)
            {
                // d ln N / d ln A, which d ln N / d ln N' lacks to 1.
                double root = Root(head[k], head[_knots + k]);
                float moved = (float)(from[_knots + k] * (root - 1) / (2 * root));
                to[k] += moved;
                to[_knots + k] -= moved;
            }
        }
    }

    // sqrt(1 + 4 (A / N')^2)
    private static double Root(float harmonics, float noise) => Math.Sqrt(1 + (4 * Math.Exp(2 * Math.Min(GreatestRatio, harmonics - noise))));
}
