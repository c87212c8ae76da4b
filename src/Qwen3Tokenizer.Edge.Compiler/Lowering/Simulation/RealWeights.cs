using Qwen3Tokenizer.Edge.Compiler.Nodes;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Compiler.Lowering.Simulation;

/// <summary>The real numbers that the integers of an operation stand for: weights and biases as the emitted library multiplies with them, its multipliers' rounding included.</summary>
internal static class RealWeights
{
    /// <summary>Real value of one integer of every output of a matrix, before its end (GELU, addition) saturates or rounds again.</summary>
    public static double[] Steps(IntegerOperation operation, bool isHead, bool split)
    {
        if (isHead)
        {
            int columns = operation.Output.Channels;
            return [.. Enumerable.Range(0, columns).Select(c => 1 / HeadLowering.StepsOf(c, columns, split))];
        }

        return [operation is LinearGeluOperation gelu ? Math.Pow(2, -gelu.Fraction) : operation.Output.Scale];
    }

    /// <summary>Fills a node's weights [out][in][tap] and biases from a matrix [out][tap][in]. Rows beyond the node's are the low parts of its last ones and are added to them.</summary>
    public static void Of(IntegerMatrix matrix, IntegerBuffer input, double[] steps, int taps, Span<float> weight, Span<float> bias)
    {
        weight.Clear();
        bias.Clear();
        int outputs = bias.Length, inputs = matrix.In / taps;
        for (int row = 0; row < matrix.Out; row++)
        {
            int o = row < outputs ? row : row - (matrix.Out - outputs);
            double unit = matrix.Multiplier[row] * Math.Pow(2, matrix.LeftShift - 32) * steps[steps.Length == 1 ? 0 : row];
            long sum = 0;
            for (int i = 0; i < matrix.In; i++)
            {
                sbyte w = matrix.Weight[(row * matrix.In) + i];
                weight[(((o * inputs) + (i % inputs)) * taps) + (i / inputs)] += (float)(w * unit / input.Scale);
                sum += w;
            }

            bias[o] += (float)((matrix.Bias[row] + ((double)input.ZeroPoint * sum)) * unit);
        }
    }

    /// <summary>Fills a node's depthwise weights [channel][tap] and biases.</summary>
    public static void Of(DepthwiseOperation operation, Span<float> weight, Span<float> bias)
    {
        for (int c = 0; c < bias.Length; c++)
        {
            double unit = operation.Multiplier[c] * Math.Pow(2, operation.LeftShift - 32) * operation.Output.Scale;
            for (int tap = 0; tap < operation.Taps; tap++)
            {
                weight[(c * operation.Taps) + tap] = (float)(operation.Weight[(tap * bias.Length) + c] * unit / operation.Input.Scale);
            }

            bias[c] = (float)(operation.Bias[c] * unit);
        }
    }

    /// <summary>Fills a table [layer][entry][dim].</summary>
    public static void Of(EmbedOperation operation, Span<float> table)
    {
        double unit = operation.Output.Scale * Math.Pow(2, -operation.Shift);
        for (int layer = 0; layer < operation.Layers; layer++)
        {
            for (int i = 0; i < operation.Entries * operation.Dim; i++)
            {
                int at = (layer * operation.Entries * operation.Dim) + i;
                table[at] = (float)(operation.Table[at] * (operation.Multipliers[(layer * operation.Dim) + (i % operation.Dim)] * unit));
            }
        }
    }
}
