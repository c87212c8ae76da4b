using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Tests.Distillation;

public sealed class LatentWhiteningTests
{
    private const int Dim = 3;
    private const int Rows = 200;
    private readonly Random _random = new(8);

    [Fact]
    public void The_averages_come_to_covariance_and_mean()
    {
        var whitening = new LatentWhitening(Dim);
        for (int step = 0; step < 600; step++)
        {
            // Variances 4, 0.25 and 1, the first and the last with a covariance of 1; means 0.5, 0 and -2.
            float[] batch = Batch((a, b, c) => [(2 * a) + 0.5f, 0.5f * b, (0.5f * a) + (0.8660254f * c) - 2]);
            whitening.Follow([batch[..(Dim * 50)], batch[(Dim * 50)..]]);
        }

        Assert.Equal([0.5f, 0, -2], whitening.Mean, (a, b) => Math.Abs(a - b) < 0.1);
        Assert.Equal([3, 0, 1, 0, -0.75f, 0, 1, 0, 0], whitening.Deviation, (a, b) => Math.Abs(a - b) < 0.25);
    }

    [Fact]
    public void Its_gradient_makes_latents_white()
    {
        // u = A x + m with gradient steps on A and m alone.
        float[] a = [2, 0, 0, 1.5f, 0.1f, 0, 0.3f, 0, 0.5f], m = [1, -1, 0];
        var whitening = new LatentWhitening(Dim);
        float[] work = new float[2 * Rows * Dim], gradient = new float[Rows * Dim];
        for (int step = 0; step < 4000; step++)
        {
            var inputs = new List<float[]>();
            float[] u = Batch((x, y, z) =>
            {
                float[] row = [x, y, z];
                inputs.Add(row);
                return [.. Enumerable.Range(0, Dim).Select(i => m[i] + Enumerable.Range(0, Dim).Sum(j => a[(i * Dim) + j] * row[j]))];
            });
            gradient.AsSpan().Clear();
            whitening.AddGradient(u, Rows, ManagedMatMul.Instance, work, gradient);
            whitening.Follow([u]);
            for (int row = 0; row < Rows; row++)
            {
                for (int i = 0; i < Dim; i++)
                {
                    m[i] -= 0.05f * gradient[(row * Dim) + i];
                    for (int j = 0; j < Dim; j++)
                    {
                        a[(i * Dim) + j] -= 0.05f * gradient[(row * Dim) + i] * inputs[row][j];
                    }
                }
            }
        }

        float[] covariance = [.. from i in Enumerable.Range(0, Dim) from j in Enumerable.Range(0, Dim) select Enumerable.Range(0, Dim).Sum(k => a[(i * Dim) + k] * a[(j * Dim) + k])];
        Assert.Equal([1, 0, 0, 0, 1, 0, 0, 0, 1], covariance, (x, y) => Math.Abs(x - y) < 0.1);
        Assert.All(m, v => Assert.InRange(v, -0.1f, 0.1f));
    }

    private float[] Batch(Func<float, float, float, float[]> row) => [.. Enumerable.Range(0, Rows).SelectMany(_ => row(Normal(), Normal(), Normal()))];

    private float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));
}
