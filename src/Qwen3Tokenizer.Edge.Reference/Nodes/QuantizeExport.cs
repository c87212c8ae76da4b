using System.Globalization;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using static Qwen3Tokenizer.Edge.Reference.Onnx.OnnxGraphBuilder;
using static Qwen3Tokenizer.Edge.Reference.Onnx.TensorProto.Types;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>
/// Residual vector quantization. For each layer the largest scores 2 r.c - |c|^2 in float32 (one Gemm) name a few candidates, in ascending order; among these the largest score in
/// float64 decides, the first one on a tie: near ties go as in the float executor.
/// </summary>
internal static class QuantizeExport
{
    // Scores within rounding of the best: two are a rarity, more need entries that are nearly equal to each other.
    private const int Candidates = 4;

    public static void Append(Node node, ExportContext context)
    {
        var quantize = (QuantizeNode)node;
        OnnxGraphBuilder onnx = context.Onnx;
        string residual = context.Rows(node.Inputs[0]);
        var codes = new string[node.Shape.Channels];
        for (int layer = 0; layer < codes.Length; layer++)
        {
            string codebook = Codebook(quantize, context, layer, out string scores, residual);
            string index = Nearest(onnx, residual, codebook, scores, Math.Min(Candidates, quantize.Entries));
            codes[layer] = index;
            if (layer < codes.Length - 1)
            {
                string entry = onnx.Add("Gather", [codebook, onnx.Add("Squeeze", [index, onnx.Integers(1)])], [Int("axis", 0)]);
                residual = onnx.Add("Sub", [residual, entry]);
            }
        }

        string joined = codes.Length == 1 ? codes[0] : onnx.Add("Concat", codes, [Int("axis", 1)]);
        context.AddRows(node, "Cast", [joined], Int("to", (long)DataType.Float));
    }

    // The entries of a layer [entries, dim], and the scores of all of them [T, entries].
    private static string Codebook(QuantizeNode node, ExportContext context, int layer, out string scores, string residual)
    {
        int dim = node.Inputs[0].Shape.Channels;
        ReadOnlyMemory<float> entries = node.Codebooks.Slice(layer * node.Entries * dim, node.Entries * dim);
        var squares = new float[node.Entries];
        for (int e = 0; e < squares.Length; e++)
        {
            double sum = 0;
            foreach (float c in entries.Span.Slice(e * dim, dim))
            {
                sum += (double)c * c;
            }

            squares[e] = (float)-sum;
        }

        string name = string.Create(CultureInfo.InvariantCulture, $"{node.Name}.{layer}");
        string codebook = context.Onnx.Weight($"{name}.codebook", entries, node.Entries, dim);
        scores = context.Onnx.Add("Gemm", [residual, codebook, context.Onnx.Weight($"{name}.squares", squares, node.Entries)], [Int("transB", 1), Float("alpha", 2)]);
        return codebook;
    }

    // [T, 1] indices of the nearest entries.
    private static string Nearest(OnnxGraphBuilder onnx, string residual, string codebook, string scores, int count)
    {
        string best = onnx.AddMany("TopK", [scores, onnx.Integers(count)], [Int("axis", -1), Int("sorted", 0)], 2)[1];
        if (count == 1)
        {
            return best;
        }

        // In ascending order, so that the first of equals is the lowest index.
        string ascending = onnx.AddMany("TopK", [best, onnx.Integers(count)], [Int("axis", -1), Int("largest", 0)], 2)[0];
        string entries = Double(onnx, onnx.Add("Gather", [codebook, ascending], [Int("axis", 0)]));
        string doubled = onnx.Add("Unsqueeze", [Double(onnx, onnx.Add("Add", [residual, residual])), onnx.Integers(1)]);

        // 2 r.c - |c|^2 = sum c (2 r - c).
        string terms = onnx.Add("Mul", [entries, onnx.Add("Sub", [doubled, entries])]);
        string exact = onnx.Add("ReduceSum", [terms, onnx.Integers(2)], [Int("keepdims", 0)]);
        string choice = onnx.Add("ArgMax", [exact], [Int("axis", 1), Int("keepdims", 1)]);
        return onnx.Add("GatherElements", [ascending, choice], [Int("axis", 1)]);
    }

    private static string Double(OnnxGraphBuilder onnx, string value) => onnx.Add("Cast", [value], [Int("to", (long)DataType.Double)]);
}
