using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Models.Nodes;

public sealed class SourceTests
{
    [Fact]
    public void Noise_is_the_generator_of_the_specification()
    {
        // s = 1; each step: s = (s * 1664525 + 1013904223) % 2**32; value = (s - 2**32 if s >= 2**31 else s) * 2**-31 * 3**.5
        float[] y = NodeRun.Whole(new NoiseNode("y", new InputNode("x", 1, 3), 2, 1), ("x", new FloatTensor(2, 3))).Data;
        Assert.Equal([0.8191059670015767f, 1.2791911372570341f, -1.717355976624622f, -1.0223143629429923f], y);
    }

    [Fact]
    public void Noise_has_no_mean_and_unit_variance()
    {
        float[] y = NodeRun.Whole(new NoiseNode("y", new InputNode("x", 1, 1), 1000, 1), ("x", new FloatTensor(100, 1))).Data;
        Assert.Equal(0, y.Average(v => (double)v), 0.01);
        Assert.Equal(1, y.Average(v => (double)v * v), 0.01);
    }

    [Fact]
    public void The_oscillator_is_a_sum_of_cosines_with_a_gliding_pitch()
    {
        // Pitch out of range both ways, voiced and unvoiced stretches.
        float[] u = [0, 0.2f, 0.5f, 3, 0.1f, -0.3f, -4, -1, 0, 0.4f], v = [1, 1, 0.5f, 2, -1, -1, 1, 1, 0, 3];
        const int hop = 160;
        FloatTensor y = NodeRun.Whole(Node(hop), ("u", new FloatTensor(10, 1, u)), ("v", new FloatTensor(10, 1, v)));
        double phase = 0;
        for (int t = 0; t < 10; t++)
        {
            int before = Math.Max(0, t - 1);
            if (v[before] <= 0 && v[t] <= 0)
            {
                Assert.All(y.Row(t).ToArray(), e => Assert.Equal(0, e));
                continue;
            }

            double left = v[before] > 0 ? Pitch(u[before]) : Pitch(u[t]), right = v[t] > 0 ? Pitch(u[t]) : left;
            for (int i = 0; i < hop; i++)
            {
                double f = left + ((right - left) * i / hop);
                phase += f / 8000;
                int n = (int)(3900 / f);
                double expected = Enumerable.Range(1, n).Sum(h => Math.Cos(2 * Math.PI * h * phase)) * Math.Sqrt(2.0 / n);
                Assert.Equal(expected, y.Row(t)[i], 2e-5);
            }
        }
    }

    // The pitch is a float32 value, the phase is not.
    private static double Pitch(double u) => (float)Math.Clamp(150 * Math.Pow(2, u), 50, 500);

    private static OscillatorNode Node(int hop) => new("y", new InputNode("u", 1, 1), new InputNode("v", 1, 1), hop, 8000, 150, 50, 500, 3900, 1e-4);
}
