using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Distillation.Students;

/// <summary>
/// First codebooks of a student that writes a teacher's codes. Each group of the teacher's layers gets latent dimensions of its own, in the coordinates of the group's principal directions, so that the
/// residual order of the teacher holds in the student's latent from the beginning; where the student's latent is the teacher's, the codebooks are.
/// </summary>
public static class CodebookStart
{
    /// <summary>Fills the student's codebooks.</summary>
    /// <param name="groups">The teacher's, with at least as many layers as the student.</param>
    /// <param name="codebooks">[layers, entries, dim].</param>
    /// <param name="layers">Layers of the student.</param>
    /// <param name="entries">Entries of a layer.</param>
    public static void Fill(IReadOnlyList<CodebookGroup> groups, Span<float> codebooks, int layers, int entries)
    {
        int dim = codebooks.Length / (layers * entries);
        if (groups.Count == 1 && groups[0].Dim == dim)
        {
            groups[0].Values.Span[..codebooks.Length].CopyTo(codebooks);
            return;
        }

        codebooks.Clear();
        int[] dims = Dimensions(groups, dim);
        for (int g = 0, layer = 0, first = 0; g < groups.Count && layer < layers; first += dims[g], g++)
        {
            CodebookGroup group = groups[g];
            double[] vectors = Directions(group);
            for (int l = 0; l < group.Layers && layer < layers; l++, layer++)
            {
                for (int e = 0; e < entries; e++)
                {
                    ReadOnlySpan<float> entry = group.Values.Span.Slice(((l * entries) + e) * group.Dim, group.Dim);
                    PrincipalDirections.Project(entry, [], vectors, codebooks.Slice((((layer * entries) + e) * dim) + first, dims[g]));
                }
            }
        }

        // A sum of one entry of each layer then has values near one, which is what a fresh encoder gives.
        float scale = (float)Math.Sqrt(dim * (double)entries / (FixedOrder.SumOfSquares(codebooks) + 1e-12));
        TensorPrimitives.Multiply(codebooks, scale, codebooks);
        Disturb(codebooks, dim, dims.Sum());
    }

    // Dimensions that no group has are there to learn how codes of different layers go together: from zero they could not begin to.
    private static void Disturb(Span<float> codebooks, int dim, int used)
    {
        const double Deviation = 0.05;
        var random = new CounterRandom(0, nameof(CodebookStart));
        for (int i = 0; i < codebooks.Length && used < dim; i++)
        {
            if (i % dim >= used)
            {
                codebooks[i] = (float)(Deviation * random.NextNormal());
            }
        }
    }

    /// <summary>Latent dimensions of each group: its own where all fit, else in proportion to the root of its number of layers.</summary>
    internal static int[] Dimensions(IReadOnlyList<CodebookGroup> groups, int dim)
    {
        if (groups.Sum(g => g.Dim) <= dim)
        {
            return [.. groups.Select(g => g.Dim)];
        }

        double total = groups.Sum(g => Math.Sqrt(g.Layers));
        int[] dims = [.. groups.Select(g => Math.Min(g.Dim, Math.Max(1, (int)(dim * Math.Sqrt(g.Layers) / total))))];
        for (int g = 0, left = dim - dims.Sum(); g < dims.Length; g++)
        {
            int more = Math.Clamp(left, 0, groups[g].Dim - dims[g]);
            (dims[g], left) = (dims[g] + more, left - more);
        }

        return dims;
    }

    // Entries of all layers around their layer's mean.
    private static double[] Directions(CodebookGroup group)
    {
        var covariance = new double[group.Dim * group.Dim];
        for (int l = 0; l < group.Layers; l++)
        {
            ReadOnlySpan<float> book = group.Values.Span.Slice(l * group.Entries * group.Dim, group.Entries * group.Dim);
            PrincipalDirections.AddCovariance(book, PrincipalDirections.Mean(book, group.Dim), covariance);
        }

        return SymmetricEigen.Decompose(covariance, group.Dim).Vectors;
    }
}
