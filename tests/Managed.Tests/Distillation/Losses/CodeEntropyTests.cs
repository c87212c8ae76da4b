using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Losses;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Losses;

/// <summary>Cross-entropy in residual order against the formula in double precision, written out entry by entry, and its central differences.</summary>
public sealed class CodeEntropyTests
{
    private const int Rows = 5;
    private const int Layers = 3;
    private const int Entries = 7;
    private const int Dim = 4;
    private const float Weight = 0.3f;

    private readonly double[] _latent = Numbers(1, Rows * Dim, 1);
    private readonly double[] _books = Numbers(2, Layers * Entries * Dim, 0.8);
    private readonly double[] _sharpness = Numbers(3, Layers, 0.4);
    private readonly int[] _codes = [.. Enumerable.Range(0, Rows * Layers).Select(i => i / Layers == 1 ? -1 : (i * 5) % Entries)];

    [Fact]
    public void Figures_are_those_of_the_formula_and_uncounted_rows_do_not_count()
    {
        CodeEntropy entropy = New();
        entropy.Compute(Single(_latent), Single(_books), Single(_sharpness), _codes);
        Assert.Equal(Rows - 1, entropy.Counted);
        for (int layer = 0; layer < Layers; layer++)
        {
            (double nats, int right) = Formula(_latent, _books, _sharpness, layer);
            Assert.Equal(nats, entropy.Nats[layer], 2e-5);
            Assert.Equal(right, entropy.Right[layer]);
        }
    }

    [Fact]
    public void Gradients_are_the_differences_of_the_formula()
    {
        float[] latent = new float[_latent.Length], books = new float[_books.Length], sharpness = new float[Layers];
        New().Add(Single(_latent), Single(_books), Single(_sharpness), _codes, Weight, latent, books, sharpness);
        Check(_latent, latent);
        Check(_books, books);
        Check(_sharpness, sharpness);
        Assert.All(latent.AsSpan(Dim, Dim).ToArray(), g => Assert.Equal(0, g));
    }

    [Fact]
    public void Gradients_are_added_to_what_is_there()
    {
        float[] latent = new float[_latent.Length], books = new float[_books.Length], sharpness = new float[Layers], again = [.. Enumerable.Repeat(2f, _latent.Length)];
        CodeEntropy entropy = New();
        entropy.Add(Single(_latent), Single(_books), Single(_sharpness), _codes, Weight, latent, books, sharpness);
        entropy.Add(Single(_latent), Single(_books), Single(_sharpness), _codes, Weight, again, books, sharpness);
        Assert.All(Enumerable.Range(0, latent.Length), i => Assert.Equal(latent[i] + 2, again[i], 1e-6));
    }

    private static CodeEntropy New() => new(Rows, Layers, Entries, Dim, OpenBlas.Fastest);

    private static float[] Single(double[] values) => Array.ConvertAll(values, v => (float)v);

    private static double[] Numbers(ulong seed, int count, double deviation)
    {
        var random = new CounterRandom(seed, 0, 0, 0);
        return [.. Enumerable.Range(0, count).Select(_ => deviation * random.NextNormal())];
    }

    private void Check(double[] values, float[] gradient)
    {
        const double Step = 1e-5;
        for (int i = 0; i < values.Length; i++)
        {
            double kept = values[i];
            values[i] = kept + Step;
            double above = Total();
            values[i] = kept - Step;
            double below = Total();
            values[i] = kept;
            Assert.Equal(Weight * (above - below) / (2 * Step), gradient[i], 2e-5);
        }
    }

    private double Total() => Enumerable.Range(0, Layers).Sum(l => Formula(_latent, _books, _sharpness, l).Nats);

    private (double Nats, int Right) Formula(double[] latent, double[] books, double[] sharpness, int layer)
    {
        (double nats, int right) = (0, 0);
        for (int row = 0; row < Rows; row++)
        {
            if (_codes[row * Layers] < 0)
            {
                continue;
            }

            var distances = new double[Entries];
            for (int e = 0; e < Entries; e++)
            {
                for (int d = 0; d < Dim; d++)
                {
                    double left = latent[(row * Dim) + d];
                    for (int before = 0; before < layer; before++)
                    {
                        left -= books[(((before * Entries) + _codes[(row * Layers) + before]) * Dim) + d];
                    }

                    distances[e] += Math.Pow(left - books[(((layer * Entries) + e) * Dim) + d], 2);
                }
            }

            int code = _codes[(row * Layers) + layer];
            double[] chances = [.. distances.Select(d => Math.Exp(-Math.Exp(sharpness[layer]) * d))];
            nats -= Math.Log(chances[code] / chances.Sum());
            right += distances[code] == distances.Min() ? 1 : 0;
        }

        return (nats, right);
    }
}
