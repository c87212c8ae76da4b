namespace Qwen3Tokenizer.Edge.Distillation.Students;

/// <summary>Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan 2013, section 8.5).</summary>
public static class SymmetricEigen
{
    private const int MaxSweeps = 60;

    /// <summary>Decomposes a matrix.</summary>
    /// <param name="matrix">[n, n], symmetric; overwritten.</param>
    /// <param name="n">Rows.</param>
    /// <returns>Eigenvalues, largest first, and [n, n] unit eigenvectors, one a row.</returns>
    public static (double[] Values, double[] Vectors) Decompose(double[] matrix, int n)
    {
        var vectors = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            vectors[(i * n) + i] = 1;
        }

        for (int sweep = 0; sweep < MaxSweeps && OffDiagonal(matrix, n) > 1e-22 * Diagonal(matrix, n); sweep++)
        {
            for (int p = 0; p < n - 1; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    Rotate(matrix, vectors, n, p, q);
                }
            }
        }

        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => matrix[(i * n) + i])];
        return ([.. order.Select(i => matrix[(i * n) + i])], [.. order.SelectMany(i => vectors.AsSpan(i * n, n).ToArray())]);
    }

    private static double OffDiagonal(double[] a, int n) => Enumerable.Range(0, n * n).Where(i => i / n != i % n).Sum(i => a[i] * a[i]);

    private static double Diagonal(double[] a, int n) => Enumerable.Range(0, n).Sum(i => a[(i * n) + i] * a[(i * n) + i]);

    private static void Rotate(double[] a, double[] vectors, int n, int p, int q)
    {
        double apq = a[(p * n) + q];
        if (apq == 0)
        {
            return;
        }

        double theta = (a[(q * n) + q] - a[(p * n) + p]) / (2 * apq), t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        double c = 1 / Math.Sqrt((t * t) + 1), s = t * c;
        for (int k = 0; k < n; k++)
        {
            (double kp, double kq) = (a[(k * n) + p], a[(k * n) + q]);
            (a[(k * n) + p], a[(k * n) + q]) = ((c * kp) - (s * kq), (s * kp) + (c * kq));
        }

        for (int k = 0; k < n; k++)
        {
            (double pk, double qk) = (a[(p * n) + k], a[(q * n) + k]);
            (a[(p * n) + k], a[(q * n) + k]) = ((c * pk) - (s * qk), (s * pk) + (c * qk));
            (pk, qk) = (vectors[(p * n) + k], vectors[(q * n) + k]);
            (vectors[(p * n) + k], vectors[(q * n) + k]) = ((c * pk) - (s * qk), (s * pk) + (c * qk));
        }
    }
}
