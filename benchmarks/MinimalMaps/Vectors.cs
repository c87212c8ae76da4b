using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Benchmarks.MinimalMaps;

/// <summary>Vectors of one length, row by row: latents, what a layer left of them, or a codebook's entries.</summary>
internal sealed class Vectors(float[] values, int dim)
{
    private const int Chunk = 256;

    public int Dim => dim;

    public int Count => values.Length / dim;

    /// <summary>All values, row by row.</summary>
    public float[] Values => values;

    public Span<float> this[int row] => values.AsSpan(row * dim, dim);

    public Vectors Copy() => new((float[])values.Clone(), dim);

    /// <summary>Sum of all squares.</summary>
    public double Energy
    {
        get
        {
            double sum = 0;
            foreach (float v in values)
            {
                sum += (double)v * v;
            }

            return sum;
        }
    }

    /// <summary>Some rows of a codebook, in the order given.</summary>
    public Vectors Select(ReadOnlySpan<ushort> rows)
    {
        var selected = new float[rows.Length * dim];
        for (int i = 0; i < rows.Length; i++)
        {
            this[rows[i]].CopyTo(selected.AsSpan(i * dim));
        }

        return new Vectors(selected, dim);
    }

    /// <summary>The entry nearest to each vector, by the encoder's own search.</summary>
    public int[] Nearest(Vectors entries)
    {
        var nearest = new int[Count];
        var search = new QuantizeNode("codes", new InputNode("latent", 1, dim), entries.Values, 1, entries.Count);
        for (int start = 0; start < Count; start += Chunk)
        {
            int rows = Math.Min(Chunk, Count - start);
            var codes = new FloatTensor(rows, 1);
            search.Forward([new FloatTensor(rows, dim, values.AsSpan(start * dim, rows * dim).ToArray())], codes, null, ManagedMatMul.Instance);
            for (int i = 0; i < rows; i++)
            {
                nearest[start + i] = (int)codes.Data[i];
            }
        }

        return nearest;
    }

    /// <summary>Takes an entry from each vector: what is left is the next layer's input.</summary>
    public void Subtract(Vectors entries, int[] codes)
    {
        for (int i = 0; i < codes.Length; i++)
        {
            Span<float> row = this[i], entry = entries[codes[i]];
            for (int d = 0; d < dim; d++)
            {
                row[d] -= entry[d];
            }
        }
    }
}
