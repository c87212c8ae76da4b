using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Reference.Export;

/// <summary>
/// Codes that a graph's input may have. An embedding in an ONNX model reads whatever entry a wrong code leads to, so that codes are checked before they go in.
/// </summary>
/// <param name="Input">Name of the input.</param>
/// <param name="Column">First column.</param>
/// <param name="Count">Columns.</param>
/// <param name="Entries">Codes are below this; -1 stands for an absent layer.</param>
internal readonly record struct CodeRange(string Input, int Column, int Count, int Entries)
{
    /// <summary>The ranges of a graph whose embeddings read its inputs, or channels of them.</summary>
    /// <exception cref="GraphException">An embedding reads computed values other than codes of a quantizer.</exception>
    public static IReadOnlyList<CodeRange> Of(Graph graph)
    {
        var ranges = new List<CodeRange>();
        foreach (EmbedNode embed in graph.Nodes.OfType<EmbedNode>())
        {
            Node source = embed.Inputs[0];
            int column = 0;
            while (source is SliceNode { Low: float.NegativeInfinity, High: float.PositiveInfinity } slice)
            {
                column += slice.Offset;
                source = slice.Inputs[0];
            }

            if (source is InputNode)
            {
                ranges.Add(new CodeRange(source.Name, column, embed.Layers, embed.Entries));
            }
            else if (source is not QuantizeNode quantize || quantize.Entries > embed.Entries)
            {
                throw new GraphException($"Node '{embed.Name}' ({nameof(EmbedNode)}): reads '{source.Name}', whose values cannot be checked before an ONNX model runs.");
            }
        }

        return ranges;
    }

    /// <summary>Refuses codes outside the range, as the float executor does.</summary>
    /// <exception cref="ArgumentException">A code is none of the table's.</exception>
    public void Check(FloatTensor codes)
    {
        for (int row = 0; row < codes.Rows; row++)
        {
            ReadOnlySpan<float> columns = codes.Row(row).Slice(Column, Count);
            for (int layer = 0; layer < columns.Length; layer++)
            {
                float code = columns[layer];
                if (!(code >= -1 && code < Entries && code == MathF.Floor(code)))
                {
                    throw new ArgumentException($"Code {code} of layer {Column + layer} in row {row} is outside 0..{Entries - 1}.", nameof(codes));
                }
            }
        }
    }
}
