namespace Qwen3Tokenizer.Edge.Distillation.Students;

/// <summary>First embeddings of a student that reads a teacher's codes: every codebook in the coordinates of its own principal directions, scaled to unit variance.</summary>
public static class EmbeddingStart
{
    /// <summary>Fills the student's embeddings.</summary>
    /// <param name="codebooks">[layers, entries, codebook dim], layers at least as many as the embeddings'.</param>
    /// <param name="codebookDim">Values of a codebook entry.</param>
    /// <param name="embeddings">[layers, entries, dim], dim at most <paramref name="codebookDim"/>.</param>
    /// <param name="layers">Layers of the embeddings.</param>
    /// <param name="entries">Codes of a layer.</param>
    public static void FromCodebooks(ReadOnlySpan<float> codebooks, int codebookDim, Span<float> embeddings, int layers, int entries)
    {
        int dim = embeddings.Length / (layers * entries);
        for (int layer = 0; layer < layers; layer++)
        {
            ReadOnlySpan<float> book = codebooks.Slice(layer * entries * codebookDim, entries * codebookDim);
            double[] mean = Mean(book, codebookDim), vectors = SymmetricEigen.Decompose(Covariance(book, mean), codebookDim).Vectors;
            Span<float> into = embeddings.Slice(layer * entries * dim, entries * dim);
            double squares = 0;
            for (int e = 0; e < entries; e++)
            {
                for (int d = 0; d < dim; d++)
                {
                    double sum = 0;
                    for (int i = 0; i < codebookDim; i++)
                    {
                        sum += (book[(e * codebookDim) + i] - mean[i]) * vectors[(d * codebookDim) + i];
                    }

                    into[(e * dim) + d] = (float)sum;
                    squares += sum * sum;
                }
            }

            float scale = (float)(1 / Math.Sqrt((squares / into.Length) + 1e-12));
            System.Numerics.Tensors.TensorPrimitives.Multiply(into, scale, into);
        }
    }

    private static double[] Mean(ReadOnlySpan<float> rows, int dim)
    {
        var mean = new double[dim];
        for (int i = 0; i < rows.Length; i++)
        {
            mean[i % dim] += rows[i] / (double)(rows.Length / dim);
        }

        return mean;
    }

    private static double[] Covariance(ReadOnlySpan<float> rows, double[] mean)
    {
        int dim = mean.Length;
        var covariance = new double[dim * dim];
        for (int r = 0; r < rows.Length; r += dim)
        {
            for (int i = 0; i < dim; i++)
            {
                for (int j = 0; j < dim; j++)
                {
                    covariance[(i * dim) + j] += (rows[r + i] - mean[i]) * (rows[r + j] - mean[j]) / (rows.Length / dim);
                }
            }
        }

        return covariance;
    }
}
