using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>
/// ConvTranspose: row t * s + j of the result is W_j x[t] + W_(j+s) x[t-1], one matrix with s times as many outputs over a window of two rows (native/ARITHMETIC.md, section 9).
/// </summary>
internal static class ConvTransposeLowering
{
    public static void Lower(Node node, LoweringContext context)
    {
        var conv = (ConvTransposeNode)node;
        if (conv.Groups != 1 || conv.Kernel > 2 * conv.Stride)
        {
            throw new BuildException($"{node.Name}: a transposed convolution of kernel {conv.Kernel}, stride {conv.Stride} and {conv.Groups} groups cannot be lowered.");
        }

        IntegerBuffer input = context.NarrowInput(node.Inputs[0]), output = context.WideBuffer(node);
        int taps = conv.Kernel > conv.Stride ? 2 : 1;
        var inverse = new double[conv.Stride * conv.Shape.Channels];
        var bias = new float[conv.Bias.Length == 0 ? 0 : inverse.Length];
        Array.Fill(inverse, 1 / output.Scale);
        for (int o = 0; o < bias.Length; o++)
        {
            bias[o] = conv.Bias[o % conv.Shape.Channels];
        }

        IntegerMatrix matrix = MatrixQuantizer.Quantize(conv.Name, Rows(conv, taps), bias, input, inverse);
        ConvWindow? window = taps == 1 ? null : WaveConvLowering.Window(node, input, taps, 1);
        context.Emit(node, new LinearOperation(node.Name, output, input, matrix) { Window = window });
    }

    // [in][out][tap] to [row of the stride][out][older, newer][in].
    private static float[] Rows(ConvTransposeNode conv, int taps)
    {
        int inputs = conv.Inputs[0].Shape.Channels, outputs = conv.Shape.Channels, stride = conv.Stride;
        ReadOnlySpan<float> weight = conv.Weight.Span;
        var rows = new float[stride * outputs * taps * inputs];
        int at = 0;
        for (int j = 0; j < stride; j++)
        {
            for (int o = 0; o < outputs; o++)
            {
                for (int age = taps - 1; age >= 0; age--)
                {
                    int tap = j + (age * stride);
                    for (int i = 0; i < inputs; i++, at++)
                    {
                        rows[at] = tap < conv.Kernel ? weight[(((i * outputs) + o) * conv.Kernel) + tap] : 0;
                    }
                }
            }
        }

        return rows;
    }
}
