using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Distillation;

public sealed class VoicedNoiseNodeTests
{
    private const int Rows = 4;
    private const int Knots = 6;
    private const int Channels = (3 * Knots) + 2;

    private readonly BatchExecutor _executor;
    private readonly float[] _head;

    public VoicedNoiseNodeTests()
    {
        Node head = new InputNode("head", 1, Channels), voicing = new InputNode("voicing", 1, 1);
        _executor = new BatchExecutor(new Graph("test", [new VoicedNoiseNode("heard", head, voicing, Knots)]), 1, Rows, ManagedMatMul.Instance, null, "head");
        var random = new Random(4);
        _head = _executor.Value("head").Data;
        for (int i = 0; i < _head.Length; i++)
        {
            _head[i] = (float)((random.NextDouble() * 12) - 8);
        }

        // Harmonics far above the noise and far below it too.
        (_head[0], _head[Knots], _head[1], _head[Knots + 1]) = (3, -14, -14, 3);
        new float[] { 120, 0, 90, 0 }.CopyTo(_executor.Value("voicing").Data, 0);
        _executor.Forward();
    }

    [Fact]
    public void What_the_head_says_is_the_share_of_the_heard_noise_beside_the_harmonics()
    {
        float[] heard = _executor.Value("heard").Data;
        for (int row = 0; row < Rows; row += 2)
        {
            for (int k = 0; k < Knots; k++)
            {
                int n = (row * Channels) + Knots + k;
                double a = Math.Exp(_head[n - Knots]), loud = Math.Exp(heard[n]), said = Math.Exp(_head[n]);
                Assert.Equal(1, said / (loud * loud / Math.Sqrt((a * a) + (loud * loud))), 1e-4);
            }
        }
    }

    [Fact]
    public void Unvoiced_rows_and_other_channels_pass()
    {
        float[] heard = _executor.Value("heard").Data;
        for (int row = 0; row < Rows; row++)
        {
            for (int c = 0; c < Channels; c++)
            {
                bool changes = row % 2 == 0 && c is >= Knots and < 2 * Knots;
                int i = (row * Channels) + c;
                Assert.True(changes ? heard[i] >= _head[i] : heard[i] == _head[i], $"row {row}, channel {c}: {heard[i]} of {_head[i]}");
            }
        }

        // No harmonics, no difference.
        Assert.Equal(_head[Knots + 1], heard[Knots + 1], 1e-5f);
    }

    [Fact]
    public void Gradients_are_those_of_differences()
    {
        var random = new Random(7);
        float[] slopes = [.. Enumerable.Range(0, _head.Length).Select(_ => (float)(random.NextDouble() - 0.5))];
        _executor.ClearGradients();
        slopes.CopyTo(_executor.Gradient("heard").Data, 0);
        _executor.Backward();
        float[] gradient = [.. _executor.Gradient("head").Data];
        for (int i = 0; i < _head.Length; i++)
        {
            const float Step = 1 / 64f;
            float at = _head[i];
            double Value(float x)
            {
                _head[i] = x;
                _executor.Forward();
                return _executor.Value("heard").Data.Select((y, j) => (double)y * slopes[j]).Sum();
            }

            double difference = (Value(at + Step) - Value(at - Step)) / (2 * Step);
            _head[i] = at;
            Assert.Equal(difference, gradient[i], 3e-4);
        }
    }
}
