using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>Embed: int8 tables with one scale per layer and dimension; the sum is formed at the input's 16-bit step.</summary>
internal static class EmbedLowering
{
    private const int MaxShift = 20;

    public static void Lower(Node node, LoweringContext context)
    {
        var embed = (EmbedNode)node;
        int first = 0;
        if (node.Inputs[0] is SliceNode { Inputs: [InputNode], Low: float.NegativeInfinity, High: float.PositiveInfinity } layers && context.IsWave)
        {
            first = layers.Offset;
            context.Fused.Add(layers);
        }
        else if (node.Inputs[0] is not InputNode)
        {
            throw new BuildException($"{node.Name}: reads {node.Inputs[0].GetType().Name} '{node.Inputs[0].Name}'; an embedding reads the codes of the input.");
        }

        IntegerBuffer output = context.WideBuffer(node);
        CodebookTables tables = CodebookTables.Quantize(embed.Table.Span, embed.Layers, embed.Entries, embed.Dim);
        double[] factors = Array.ConvertAll(tables.Scales, scale => scale / output.Scale);
        (int[] multipliers, int shift) = Multipliers(embed, factors);
        context.Emit(node, new EmbedOperation(
            node.Name, output, tables.Values, multipliers, embed.Layers, embed.Entries, embed.Dim, shift, embed.Combination == EmbedCombination.Concatenate) { FirstLayer = first });
    }

    // The largest shift (the finest multipliers) for which the sum over all layers fits in 32 bits, whatever the codes.
    private static (int[] Multipliers, int Shift) Multipliers(EmbedNode embed, double[] factors)
    {
        for (int shift = MaxShift; shift >= 1; shift--)
        {
            double step = Math.Pow(2, shift), bound = 0;
            for (int d = 0; d < embed.Dim; d++)
            {
                double sum = 0, largest = 0;
                for (int layer = 0; layer < embed.Layers; layer++)
                {
                    double term = 127 * (Math.Round(factors[(layer * embed.Dim) + d] * step) + 1);
                    sum += term;
                    largest = Math.Max(largest, term);
                }

                bound = Math.Max(bound, embed.Combination == EmbedCombination.Sum ? sum : largest);
            }

            if (bound + (step / 2) < int.MaxValue)
            {
                return (Array.ConvertAll(factors, f => FixedPoint.Round(f * step)), shift);
            }
        }

        throw new BuildException($"{embed.Name}: the sum of {embed.Layers} layers does not fit in 32 bits.");
    }
}
