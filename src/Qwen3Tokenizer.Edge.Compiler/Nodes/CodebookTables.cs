using Qwen3Tokenizer.Edge.Compiler.Lowering;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>Codebooks or embedding tables as int8 with one scale per layer and dimension: encoder and decoder of a model share the same bytes.</summary>
/// <param name="Values">[layer][entry][dim].</param>
/// <param name="Scales">[layer][dim]: real value of one step; 0 for a column of zeros.</param>
internal sealed record CodebookTables(sbyte[] Values, double[] Scales)
{
    /// <summary>Quantizes [layers, entries, dim].</summary>
    public static CodebookTables Quantize(ReadOnlySpan<float> table, int layers, int entries, int dim)
    {
        var values = new sbyte[table.Length];
        var scales = new double[layers * dim];
        for (int column = 0; column < scales.Length; column++)
        {
            int layer = column / dim, d = column % dim;
            double largest = 0;
            for (int entry = 0; entry < entries; entry++)
            {
                largest = Math.Max(largest, Math.Abs(table[(((layer * entries) + entry) * dim) + d]));
            }

            if (largest == 0)
            {
                continue;
            }

            scales[column] = largest / 127;
            for (int entry = 0; entry < entries; entry++)
            {
                int i = (((layer * entries) + entry) * dim) + d;
                values[i] = (sbyte)Math.Clamp(FixedPoint.Round(table[i] / largest * 127), -127, 127);
            }
        }

        return new CodebookTables(values, scales);
    }
}
