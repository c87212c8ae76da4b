using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Tests.Models.Golden;
using Xunit.Abstractions;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

public class CodebookSearchTests(ITestOutputHelper output)
{
    /// <summary>
    /// Entries with steps of the latent itself, doubled entries and pairs at equal distances: u = 2 y, half = |c|^2 and the residual are exact, so
    /// the codes are those of the integer distances, the lowest of equal ones.
    /// </summary>
    [Fact]
    public void An_exact_search_is_brute_force_with_the_lowest_of_equal_entries()
    {
        const int Layers = 3, Entries = 40, Dim = 3;
        var random = new Random(11);
        sbyte[] table = [.. Enumerable.Range(0, Layers * Entries * Dim).Select(_ => (sbyte)random.Next(-6, 7))];
        var books = new SyntheticCodebooks(table, [.. Enumerable.Repeat(1.0, Layers * Dim)], Layers, Entries, Dim);
        int[] half = [.. table.Chunk(Dim).Select(entry => entry.Sum(v => v * v))];
        SearchOperation op = books.Search([1, 1, 1]) with
        {
            Gain = [.. Enumerable.Repeat(1 << 25, Layers * Dim)],
            Half = half,
            LeftShift = [0, 0, 0],
            Step = [.. Enumerable.Repeat(256 << 3, Layers * Dim)],
            Shift = 3,
        };
        int ties = 0;
        for (int i = 0; i < 3000; i++)
        {
            int[] latent = [.. Enumerable.Range(0, Dim).Select(_ => random.Next(-15, 16))];
            double[] residual = Array.ConvertAll(latent, v => (double)v);
            ushort[] codes = CodebookSearch.Run(op, latent, Layers);
            for (int l = 0; l < Layers; l++)
            {
                double[] distance = [.. Enumerable.Range(0, Entries).Select(c => books.Distance(residual, l, c))];
                Assert.Equal(Array.IndexOf(distance, distance.Min()), codes[l]);
                ties += distance.Count(d => d == distance.Min()) > 1 ? 1 : 0;
                residual = books.Subtract(residual, l, codes[l]);
            }
        }

        output.WriteLine($"{ties} of {3000 * Layers} searches had a tie");
        Assert.True(ties > 500);
    }

    /// <summary>
    /// With a scale for every column, the score is off by at most half a step of every u (plus what the multiplier rounds, half a unit of 2^-32 of up to 2^23), and half a
    /// unit for half; the residual by half a unit (2^-8 step) and half a unit of every step a layer. The entry chosen is then nearest up to twice that.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_scaled_search_finds_an_entry_that_is_nearest_but_for_rounding(int seed)
    {
        const int Layers = 4, Entries = 100, Dim = 8;
        var random = new Random(seed);
        double[] real = [.. Enumerable.Range(0, Layers * Entries * Dim).Select(i => (random.NextDouble() - 0.5) * 20000 * Math.Pow(0.4, i / (Entries * Dim)) * (1 + i % Dim) / Dim)];
        var books = SyntheticCodebooks.Round(real, Layers, Entries, Dim);
        double[] bound = [.. Enumerable.Range(0, Layers).Select(l => 30000 * Math.Pow(0.75, l))];
        SearchOperation op = books.Search(bound);
        int nearest = 0;
        const int Frames = 400;
        for (int i = 0; i < Frames; i++)
        {
            int[] latent = [.. Enumerable.Range(0, Dim).Select(d => random.Next(-14000, 14001) * (1 + d) / Dim)];
            double[] residual = Array.ConvertAll(latent, v => (double)v);
            ushort[] codes = CodebookSearch.Run(op, latent, Layers);
            for (int l = 0; l < Layers; l++)
            {
                double[] distance = [.. Enumerable.Range(0, Entries).Select(c => books.Distance(residual, l, c))];
                int best = Array.IndexOf(distance, distance.Min());
                double factor = 32767 / (bound[l] * books.Scale[(l * Dim)..((l + 1) * Dim)].Max());
                double drift = Enumerable.Range(0, Dim).Max(d => l * (0.5 + 127 * Math.ScaleB(0.5, -op.Shift)) / 256 * factor * books.Scale[l * Dim + d]);
                double error = 0.5 + Enumerable.Range(0, Dim).Sum(d => Math.Abs(op.Table[(l * Entries + codes[l]) * Dim + d] - op.Table[(l * Entries + best) * Dim + d])) * (0.5 + Math.ScaleB(1, 22 - 32) + drift) + 0.5;
                Assert.InRange((distance[codes[l]] - distance[best]) / 2 * factor, 0, error);
                Assert.True(residual.Max(Math.Abs) <= bound[l]);
                nearest += codes[l] == best ? 1 : 0;
                residual = books.Subtract(residual, l, codes[l]);
            }
        }

        output.WriteLine($"{nearest} of {Frames * Layers} are the nearest entry");
        Assert.InRange(nearest, 0.99 * Frames * Layers, Frames * Layers);
    }

    /// <summary>The golden tokens are those of the unrounded codebooks; a rounded entry now and then loses to its neighbour, and from there on the frame's later layers differ.</summary>
    [Fact]
    public void Golden_latents_give_most_of_the_golden_tokens()
    {
        const int Layers = 16, Entries = 2048, Dim = 64;
        double[] latent = [.. Enumerable.Range(0, 4).SelectMany(clip => EdgeGolden.Vector($"clip{clip}.latent").Floats).Select(v => (double)v)];
        int[] tokens = [.. Enumerable.Range(0, 4).SelectMany(clip => EdgeGolden.Vector($"clip{clip}.tokens").Ints)];
        double step = latent.Max(Math.Abs) / 32767;
        float[] codebooks = EdgeGolden.Light.Encoder!.Nodes.OfType<QuantizeNode>().Single().Codebooks.ToArray();
        var books = SyntheticCodebooks.Round([.. codebooks.Select(v => v / step)], Layers, Entries, Dim);
        int frames = tokens.Length / Layers;
        double[] bound = Bounds(books, latent, tokens, step);
        SearchOperation op = books.Search(bound);
        float[] margins = [.. Enumerable.Range(0, 4).SelectMany(clip => EdgeGolden.Vector($"clip{clip}.margins").Floats)];
        int[] equal = new int[Layers], nearest = new int[Layers], follows = new int[Layers], reached = new int[Layers];
        for (int t = 0; t < frames; t++)
        {
            int[] y = [.. latent[(t * Dim)..((t + 1) * Dim)].Select(v => (int)Math.Round(v / step))];
            double[] residual = Array.ConvertAll(y, v => (double)v);
            ushort[] codes = CodebookSearch.Run(op, y, Layers);
            bool same = true;
            for (int l = 0; l < Layers; l++)
            {
                reached[l] += same ? 1 : 0;
                if (l == 0 && codes[0] != tokens[t * Layers])
                    output.WriteLine($"frame {t} differs at layer 0, where the two nearest golden entries are {margins[t * Layers]:P2} apart");
                same &= codes[l] == tokens[t * Layers + l];
                follows[l] += same ? 1 : 0;
                equal[l] += codes[l] == tokens[t * Layers + l] ? 1 : 0;
                int best = Enumerable.Range(0, Entries).MinBy(c => books.Distance(residual, l, c));
                nearest[l] += codes[l] == best ? 1 : 0;
                residual = books.Subtract(residual, l, codes[l]);
            }
        }

        for (int l = 0; l < Layers; l++)
            output.WriteLine($"layer {l}: {100.0 * equal[l] / frames:F1} % golden ({100.0 * follows[l] / Math.Max(1, reached[l]):F1} % of frames golden so far), {100.0 * nearest[l] / frames:F1} % nearest of the rounded codebooks");
        Assert.InRange(equal[0] / (double)frames, 0.97, 1);
        Assert.InRange(nearest.Sum() / (double)(frames * Layers), 0.995, 1);
    }

    [Fact]
    public void Fewer_layers_give_the_first_codes()
    {
        var random = new Random(4);
        var books = new SyntheticCodebooks([.. Enumerable.Range(0, 3 * 50 * 4).Select(_ => (sbyte)random.Next(-127, 128))], [.. Enumerable.Repeat(40.0, 12)], 3, 50, 4);
        SearchOperation op = books.Search([20000, 20000, 20000]);
        ushort[] all = CodebookSearch.Run(op, [3000, -200, 700, -4000], 3);
        Assert.Equal(all[..1], CodebookSearch.Run(op, [3000, -200, 700, -4000], 1));
        Assert.Equal(all[..2], CodebookSearch.Run(op, [3000, -200, 700, -4000], 2));
        Assert.Throws<ArgumentException>(() => CodebookSearch.Run(op, [1, 2, 3, 4], 4));
        Assert.Throws<ArgumentException>(() => CodebookSearch.Run(op, [1, 2, 3, 4], 0));
        Assert.Throws<ArgumentException>(() => CodebookSearch.Run(op, [1, 2, 3], 3));
        Assert.Throws<ArgumentException>(() => CodebookSearch.Run(op with { Half = op.Half[1..] }, [1, 2, 3, 4], 3));
        Assert.Throws<OverflowException>(() => CodebookSearch.Run(op with { LeftShift = [15, 0, 0] }, [3000, 2, 3, 4], 1));
        Assert.Throws<OverflowException>(() => CodebookSearch.Run(op with { Step = [.. op.Step.Select(_ => 1 << 26)] }, [3000, 2, 3, 4], 1));
    }

    // The largest residual of every layer along the golden tokens, and a quarter more.
    private static double[] Bounds(SyntheticCodebooks books, double[] latent, int[] tokens, double step)
    {
        var bound = new double[books.Layers];
        for (int t = 0; t < tokens.Length / books.Layers; t++)
        {
            double[] residual = [.. latent[(t * books.Dim)..((t + 1) * books.Dim)].Select(v => v / step)];
            for (int l = 0; l < books.Layers; l++)
            {
                bound[l] = Math.Max(bound[l], 1.25 * residual.Max(Math.Abs));
                residual = books.Subtract(residual, l, tokens[t * books.Layers + l]);
            }
        }

        return bound;
    }
}
