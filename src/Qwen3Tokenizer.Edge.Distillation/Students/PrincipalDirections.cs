namespace Qwen3Tokenizer.Edge.Distillation.Students;

/// <summary>Principal directions of codebooks (Jolliffe 2002, "Principal component analysis").</summary>
internal static class PrincipalDirections
{
    /// <summary>Mean of rows.</summary>
    /// <param name="rows">[rows, dim].</param>
    /// <param name="dim">Values of a row.</param>
    public static double[] Mean(ReadOnlySpan<float> rows, int dim)
    {
        var mean = new double[dim];
        for (int i = 0; i < rows.Length; i++)
        {
            mean[i % dim] += rows[i] / (double)(rows.Length / dim);
        }

        return mean;
    }

    /// <summary>Adds the covariance of rows to a matrix.</summary>
    /// <param name="rows">[rows, dim].</param>
    /// <param name="mean">Their mean.</param>
    /// <param name="covariance">[dim, dim].</param>
    public static void AddCovariance(ReadOnlySpan<float> rows, ReadOnlySpan<double> mean, Span<double> covariance)
    {
        int dim = mean.Length;
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
    }

    /// <summary>A row in the coordinates of the first directions.</summary>
    /// <param name="row">[dim].</param>
    /// <param name="mean">Subtracted first; empty for nothing.</param>
    /// <param name="vectors">[directions, dim], of which as many are used as <paramref name="into"/> has values.</param>
    /// <param name="into">Receives the coordinates.</param>
    public static void Project(ReadOnlySpan<float> row, ReadOnlySpan<double> mean, ReadOnlySpan<double> vectors, Span<float> into)
    {
        for (int d = 0; d < into.Length; d++)
        {
            double sum = 0;
            for (int i = 0; i < row.Length; i++)
            {
                sum += (row[i] - (mean.IsEmpty ? 0 : mean[i])) * vectors[(d * row.Length) + i];
            }

            into[d] = (float)sum;
        }
    }
}
