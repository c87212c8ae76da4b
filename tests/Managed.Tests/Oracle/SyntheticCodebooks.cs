using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>Codebooks as an int8 table with a scale per layer and column, and the constants of native/ARITHMETIC.md section 7.3 for them.</summary>
/// <param name="Table">[layer][entry][dim].</param>
/// <param name="Scale">[layer][dim]: real value of one step of the table, in steps of the latent.</param>
/// <param name="Layers">Layers.</param>
/// <param name="Entries">Entries per layer.</param>
/// <param name="Dim">Values of an entry.</param>
internal sealed record SyntheticCodebooks(sbyte[] Table, double[] Scale, int Layers, int Entries, int Dim)
{
    /// <summary>Real codebooks, rounded to 127 steps below the largest value of every column.</summary>
    /// <param name="codebooks">[layer][entry][dim], in steps of the latent.</param>
    /// <param name="layers">Layers.</param>
    /// <param name="entries">Entries per layer.</param>
    /// <param name="dim">Values of an entry.</param>
    public static SyntheticCodebooks Round(double[] codebooks, int layers, int entries, int dim)
    {
        var scale = new double[layers * dim];
        for (int i = 0; i < codebooks.Length; i++)
        {
            int column = i / (entries * dim) * dim + i % dim;
            scale[column] = Math.Max(scale[column], Math.Abs(codebooks[i]) / 127);
        }

        return new SyntheticCodebooks([.. codebooks.Select((c, i) => (sbyte)Math.Round(c / scale[i / (entries * dim) * dim + i % dim]))], scale, layers, entries, dim);
    }

    /// <summary>Value d of an entry, in steps of the latent.</summary>
    public double Value(int layer, int entry, int d) => Table[(layer * Entries + entry) * Dim + d] * Scale[layer * Dim + d];

    /// <summary>The constants, for residuals up to a bound per layer: u then stays within 16 bits.</summary>
    /// <param name="bound">[layer]: largest residual value, in steps of the latent.</param>
    public SearchOperation Search(double[] bound)
    {
        int[] gain = new int[Layers * Dim], half = new int[Layers * Entries], step = new int[Layers * Dim];
        var leftShift = new byte[Layers];
        int shift = 23 - (int)Math.Ceiling(Math.Log2(Scale.Max() * 256));
        for (int l = 0; l < Layers; l++)
        {
            // u = factor * scale * residual, the residual in steps of the latent.
            double[] scale = Scale[(l * Dim)..((l + 1) * Dim)];
            double factor = 32767 / (bound[l] * scale.Max());
            while (factor * scale.Max() / 256 * Math.ScaleB(1, 32 - leftShift[l]) >= (1 << 30) - 1)
                leftShift[l]++;
            for (int d = 0; d < Dim; d++)
            {
                gain[l * Dim + d] = (int)Math.Round(factor * scale[d] / 256 * Math.ScaleB(1, 32 - leftShift[l]));
                step[l * Dim + d] = (int)Math.Round(Math.ScaleB(scale[d] * 256, shift));
            }

            for (int c = 0; c < Entries; c++)
                half[l * Entries + c] = (int)Math.Round(factor / 2 * Enumerable.Range(0, Dim).Sum(d => Value(l, c, d) * Value(l, c, d)));
        }

        IntegerBuffer latent = new("latent", ElementType.Int16, 1, Dim, 1), codes = new("codes", ElementType.Int16, 1, Layers, 1);
        return new SearchOperation("codes", codes, latent, Table, gain, half, step, leftShift, Layers, Entries, Dim, shift);
    }

    /// <summary>Squared distance of an entry from a residual.</summary>
    public double Distance(double[] residual, int layer, int entry)
    {
        double sum = 0;
        for (int d = 0; d < Dim; d++)
        {
            double difference = residual[d] - Value(layer, entry, d);
            sum += difference * difference;
        }

        return sum;
    }

    /// <summary>The residual less an entry.</summary>
    public double[] Subtract(double[] residual, int layer, int entry) => [.. residual.Select((r, d) => r - Value(layer, entry, d))];
}
