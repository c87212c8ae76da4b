using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Distillation.Teachers;

namespace Qwen3Tokenizer.Edge.Tests.Distillation;

/// <summary>First codebooks of a student that writes another model's codes.</summary>
public sealed class CodebookStartTests
{
    [Fact]
    public void Codebooks_of_the_same_width_are_taken_over_as_they_are()
    {
        CodebookGroup group = Group(3, 8, 5, 1);
        var books = new float[2 * 8 * 5];
        CodebookStart.Fill([group], books, 2, 8);
        Assert.Equal(group.Values[..books.Length].ToArray(), books);
    }

    [Fact]
    public void Groups_that_fit_keep_all_distances_in_dimensions_of_their_own()
    {
        CodebookGroup[] groups = [Group(1, 8, 3, 1), Group(2, 8, 4, 2)];
        var books = new float[3 * 8 * 10];
        CodebookStart.Fill(groups, books, 3, 8);

        // The same factor between all distances, and no group reaches into the other's dimensions.
        float[] own = [.. books.Select((b, i) => i % 10 < 7 ? b : 0)];
        double scale = Distance(own, 10, 0, 1) / Distance(groups[0].Values.Span, 3, 0, 1);
        Assert.Equal(scale * Distance(groups[0].Values.Span, 3, 2, 7), Distance(own, 10, 2, 7), 1e-5);
        Assert.Equal(scale * Distance(groups[1].Values.Span, 4, 1, 11), Distance(own, 10, 8 + 1, 8 + 11), 1e-5);
        Assert.All(Enumerable.Range(0, books.Length), i => Assert.True(own[i] == 0 || (i / 80 == 0 ? i % 10 < 3 : i % 10 is >= 3 and < 7)));
        Assert.Equal(10, own.Sum(b => (double)b * b) / 8, 1e-3);

        // What is left is small and nowhere zero.
        Assert.All(Enumerable.Range(0, books.Length).Where(i => i % 10 >= 7), i => Assert.InRange(Math.Abs(books[i]), 1e-9, 0.3));
    }

    [Fact]
    public void Groups_that_do_not_fit_share_the_dimensions()
    {
        int[] dims = CodebookStart.Dimensions([Group(1, 2, 256, 1), Group(15, 2, 256, 2)], 64);
        Assert.Equal(64, dims.Sum());
        Assert.InRange(dims[0], 10, 20);
    }

    private static CodebookGroup Group(int layers, int entries, int dim, ulong seed)
    {
        var random = new CounterRandom(seed, 0, 0, 0);
        return new CodebookGroup(layers, entries, dim, (float[])[.. Enumerable.Range(0, layers * entries * dim).Select(_ => (float)random.NextNormal())]);
    }

    private static double Distance(ReadOnlySpan<float> rows, int dim, int a, int b)
    {
        double sum = 0;
        for (int d = 0; d < dim; d++)
        {
            sum += Math.Pow(rows[(a * dim) + d] - rows[(b * dim) + d], 2);
        }

        return Math.Sqrt(sum);
    }
}
