using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>
/// Greedy residual vector quantization: for each layer the entry nearest to the residual in squared Euclidean distance (lowest index on ties) is taken and subtracted.
/// The search maximises 2 r.c - |c|^2 in double precision, so that near ties do not depend on the summation order.
/// </summary>
public sealed class QuantizeNode : Node
{
    private readonly double[] _squares;

    /// <summary>Creates the node.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="latent">[rows, dim].</param>
    /// <param name="codebooks">[layers, entries, dim].</param>
    /// <param name="layers">Layers.</param>
    /// <param name="entries">Entries per layer.</param>
    public QuantizeNode(string name, Node latent, ReadOnlyMemory<float> codebooks, int layers, int entries)
        : base(name, [latent], new TensorShape(latent.Shape.Rows, layers))
    {
        int dim = latent.Shape.Channels;
        Require(codebooks.Length == checked(layers * entries * dim), $"its codebooks have {codebooks.Length} values, {layers} x {entries} x {dim} were expected");
        (Codebooks, Entries) = (codebooks, entries);
        _squares = new double[layers * entries];
        for (int i = 0; i < _squares.Length; i++)
        {
            foreach (float c in codebooks.Span.Slice(i * dim, dim))
            {
                _squares[i] += (double)c * c;
            }
        }
    }

    /// <summary>[layers, entries, dim].</summary>
    public ReadOnlyMemory<float> Codebooks { get; }

    /// <summary>Entries per layer.</summary>
    public int Entries { get; }

    /// <inheritdoc/>
    public override long MultiplyAccumulates => (long)Shape.Rows * Codebooks.Length;

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        int dim = inputs[0].Channels, layers = Shape.Channels, rows = output.Rows;
        var residual = (float[])inputs[0].Data.Clone();
        var products = new float[checked(rows * Entries)];
        for (int layer = 0; layer < layers; layer++)
        {
            ReadOnlySpan<float> codebook = Codebooks.Span.Slice(layer * Entries * dim, Entries * dim);
            matMul.Multiply(residual, rows, codebook, [], products);
            for (int row = 0; row < rows; row++)
            {
                Span<float> r = residual.AsSpan(row * dim, dim);
                int best = Nearest(r, codebook, products.AsSpan(row * Entries, Entries), _squares.AsSpan(layer * Entries, Entries));
                output.Row(row)[layer] = best;
                ReadOnlySpan<float> entry = codebook.Slice(best * dim, dim);
                for (int i = 0; i < dim; i++)
                {
                    r[i] -= entry[i];
                }
            }
        }
    }

    // The float products find the candidates; those within rounding of the best are decided again in double precision.
    private static int Nearest(ReadOnlySpan<float> r, ReadOnlySpan<float> codebook, ReadOnlySpan<float> products, ReadOnlySpan<double> squares)
    {
        double best = double.NegativeInfinity, energy = 0, largest = 0;
        for (int i = 0; i < products.Length; i++)
        {
            best = Math.Max(best, (2.0 * products[i]) - squares[i]);
            largest = Math.Max(largest, squares[i]);
        }

        foreach (float v in r)
        {
            energy += (double)v * v;
        }

        // |error of a float dot product| <= n 2^-24 |r| |c| (Higham 2002, section 3.1); it counts twice in a score, and both scores of a pair have it.
        double slack = 4 * r.Length * Math.ScaleB(1, -24) * Math.Sqrt(energy * largest), exactBest = double.NegativeInfinity;
        int index = 0;
        for (int i = 0; i < products.Length; i++)
        {
            if ((2.0 * products[i]) - squares[i] < best - slack)
            {
                continue;
            }

            double dot = 0;
            ReadOnlySpan<float> entry = codebook.Slice(i * r.Length, r.Length);
            for (int d = 0; d < entry.Length; d++)
            {
                dot += (double)r[d] * entry[d];
            }

            double score = (2 * dot) - squares[i];
            if (score > exactBest)
            {
                (exactBest, index) = (score, i);
            }
        }

        return index;
    }
}
