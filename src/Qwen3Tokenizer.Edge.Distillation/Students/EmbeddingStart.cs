using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Distillation.Students;

/// <summary>First embeddings of a student that reads a teacher's codes: every codebook in the coordinates of its own principal directions, scaled to unit variance.</summary>
public static class EmbeddingStart
{
    /// <summary>Fills the student's embeddings.</summary>
    /// <param name="codebooks">The teacher's, with at least as many layers as the embeddings.</param>
    /// <param name="embeddings">[layers, entries, dim].</param>
    /// <param name="layers">Layers of the embeddings.</param>
    /// <param name="entries">Codes of a layer.</param>
    public static void FromCodebooks(IReadOnlyList<CodebookGroup> codebooks, Span<float> embeddings, int layers, int entries)
    {
        int layer = 0, size = embeddings.Length / layers;
        foreach (CodebookGroup group in codebooks)
        {
            for (int l = 0; l < group.Layers && layer < layers; l++, layer++)
            {
                FromCodebook(group.Values.Span.Slice(l * entries * group.Dim, entries * group.Dim), group.Dim, embeddings.Slice(layer * size, size), size / entries);
            }
        }
    }

    // Directions beyond the codebook's own stay zero.
    private static void FromCodebook(ReadOnlySpan<float> book, int bookDim, Span<float> into, int dim)
    {
        double[] mean = PrincipalDirections.Mean(book, bookDim), covariance = new double[bookDim * bookDim];
        PrincipalDirections.AddCovariance(book, mean, covariance);
        double[] vectors = SymmetricEigen.Decompose(covariance, bookDim).Vectors;
        into.Clear();
        for (int e = 0; e < book.Length / bookDim; e++)
        {
            PrincipalDirections.Project(book.Slice(e * bookDim, bookDim), mean, vectors, into.Slice(e * dim, Math.Min(dim, bookDim)));
        }

        float scale = (float)(1 / Math.Sqrt((FixedOrder.SumOfSquares(into) / (double)into.Length) + 1e-12));
        TensorPrimitives.Multiply(into, scale, into);
    }
}
