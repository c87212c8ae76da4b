using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Tests.Distillation;

/// <summary>The optimizer, the threads, the products and the eigenvectors of the training engine.</summary>
public class EngineTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AdamW_follows_its_formula(bool matrix)
    {
        const int Count = 11;
        var random = new Random(2);
        float[] weights = [.. Enumerable.Range(0, Count).Select(_ => (float)random.NextDouble())], first = new float[Count], second = new float[Count];
        var settings = new AdamWSettings(Beta1: 0.8, Beta2: 0.9, Epsilon: 1e-3, WeightDecay: 0.1, ClipNorm: 0.5, AverageDecay: 0.4);
        using var workers = new Workers(2);
        var parameter = new Parameter("w", new ArraySegment<float>(weights), matrix);
        var optimizer = new AdamW([[new ParameterGradient(parameter, first)], [new ParameterGradient(parameter, second)]], settings, workers);
        double[] w = [.. weights], m = new double[Count], v = new double[Count], average = [.. weights];
        for (int step = 1; step <= 4; step++)
        {
            double[] g = new double[Count];
            for (int i = 0; i < Count; i++)
            {
                (first[i], second[i]) = ((float)random.NextDouble() - 0.5f, (float)random.NextDouble() - 0.5f);
                g[i] = (double)first[i] + second[i];
            }

            double norm = Math.Sqrt(g.Sum(x => x * x)), rate = 0.01 * step, decay = Math.Min(0.4, (1.0 + step) / (10 + step));
            Assert.Equal(norm, optimizer.Step(rate), 1e-5);
            for (int i = 0; i < Count; i++)
            {
                double clipped = g[i] * Math.Min(1, 0.5 / norm);
                m[i] = (0.8 * m[i]) + (0.2 * clipped);
                v[i] = (0.9 * v[i]) + (0.1 * clipped * clipped);
                w[i] -= matrix ? rate * 0.1 * w[i] : 0;
                w[i] -= rate * (m[i] / (1 - Math.Pow(0.8, step))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.9, step))) + 1e-3);
                average[i] = (decay * average[i]) + ((1 - decay) * w[i]);
                Assert.Equal(w[i], weights[i], 1e-5);
                Assert.Equal(average[i], optimizer.AverageOf(weights)![i], 1e-5);
            }
        }

        optimizer.SwapAverage();
        Assert.Equal(average[3], weights[3], 1e-5);
        Assert.Null(optimizer.AverageOf([1]));
    }

    [Fact]
    public void A_gradient_that_is_not_finite_changes_nothing()
    {
        float[] weights = [1, 2], gradient = [float.NaN, 1];
        using var workers = new Workers(1);
        var optimizer = new AdamW([[new ParameterGradient(new Parameter("w", new ArraySegment<float>(weights), true), gradient)]], new AdamWSettings(), workers);
        Assert.False(double.IsFinite(optimizer.Step(0.1)));
        Assert.Equal([1f, 2f], weights);
        Assert.Equal(0, optimizer.Steps);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Workers_run_every_piece_on_its_own_thread_and_pass_errors_on(int count)
    {
        using var workers = new Workers(count);
        var threads = new int[2, count];
        for (int round = 0; round < 2; round++)
        {
            int at = round;
            workers.Run(w => threads[at, w] = Environment.CurrentManagedThreadId);
        }

        for (int w = 0; w < count; w++)
        {
            Assert.NotEqual(0, threads[0, w]);
            Assert.Equal(threads[0, w], threads[1, w]);
        }

        AggregateException error = Assert.Throws<AggregateException>(() => workers.Run(w => throw new InvalidOperationException($"{w}")));
        Assert.Equal(count, error.InnerExceptions.Count);
        workers.Run(_ => { });
    }

    public static TheoryData<string> Products => OpenBlas.Instance is null ? ["managed"] : ["managed", "openblas"];

    [Theory]
    [MemberData(nameof(Products))]
    public void Matrix_products_and_their_gradients_are_sums_of_products(string which)
    {
        IMatMul products = which == "managed" ? ManagedMatMul.Instance : OpenBlas.Instance!;
        const int Rows = 5, Inputs = 13, Outputs = 7;
        var random = new Random(4);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)];
        float[] x = Numbers(Rows * Inputs), w = Numbers(Outputs * Inputs), bias = Numbers(Outputs), y = Numbers(Rows * Outputs), dx = Numbers(x.Length), dw = Numbers(w.Length);
        float[] dy = Numbers(y.Length), oldX = [.. dx], oldW = [.. dw];
        products.Multiply(x, Rows, w, bias, y);
        products.AddInputGradient(dy, Rows, w, dx);
        products.AddWeightGradient(dy, Rows, x, dw);
        for (int r = 0; r < Rows; r++)
        {
            for (int o = 0; o < Outputs; o++)
            {
                Assert.Equal(bias[o] + Enumerable.Range(0, Inputs).Sum(i => (double)x[(r * Inputs) + i] * w[(o * Inputs) + i]), y[(r * Outputs) + o], 1e-5);
            }

            for (int i = 0; i < Inputs; i++)
            {
                Assert.Equal(oldX[(r * Inputs) + i] + Enumerable.Range(0, Outputs).Sum(o => (double)dy[(r * Outputs) + o] * w[(o * Inputs) + i]), dx[(r * Inputs) + i], 1e-5);
            }
        }

        for (int k = 0; k < dw.Length; k++)
        {
            Assert.Equal(oldW[k] + Enumerable.Range(0, Rows).Sum(r => (double)dy[(r * Outputs) + (k / Inputs)] * x[(r * Inputs) + (k % Inputs)]), dw[k], 1e-5);
        }

        Assert.Throws<ArgumentException>(() => products.AddInputGradient(dy, Rows, w.AsSpan(1), dx));
        Assert.Throws<ArgumentException>(() => products.AddWeightGradient(dy, Rows, x, dw.AsSpan(1)));
    }

    [Fact]
    public void Eigenvectors_rebuild_the_matrix()
    {
        const int N = 9;
        var random = new Random(3);
        var matrix = new double[N * N];
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                matrix[(i * N) + j] = matrix[(j * N) + i] = random.NextDouble() - 0.5;
            }
        }

        (double[] values, double[] vectors) = SymmetricEigen.Decompose([.. matrix], N);
        Assert.Equal(values.OrderDescending(), values);
        for (int i = 0; i < N; i++)
        {
            for (int j = 0; j < N; j++)
            {
                Assert.Equal(matrix[(i * N) + j], Enumerable.Range(0, N).Sum(k => values[k] * vectors[(k * N) + i] * vectors[(k * N) + j]), 1e-12);
                Assert.Equal(i == j ? 1 : 0, Enumerable.Range(0, N).Sum(k => vectors[(i * N) + k] * vectors[(j * N) + k]), 1e-12);
            }
        }
    }
}
