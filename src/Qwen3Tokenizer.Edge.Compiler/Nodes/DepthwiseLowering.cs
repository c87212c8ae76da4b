using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>Depthwise Conv: int16 weights, since they are few (under 1 % of a model) and multiply 16-bit values anyway.</summary>
internal static class DepthwiseLowering
{
    private const double LargestInput = 32768;

    // q3e_depthwise.taps
    private const int MaxTaps = 15;

    public static void Lower(ConvNode conv, LoweringContext context)
    {
        IntegerBuffer input = context.WideInput(conv, conv.Inputs[0]);
        if (conv.Kernel > MaxTaps)
        {
            throw new BuildException($"{conv.Name}: {conv.Kernel} taps exceed the {MaxTaps} of a depthwise kernel.");
        }

        IntegerBuffer output = context.WideBuffer(conv);
        int channels = conv.Shape.Channels, taps = conv.Kernel;
        float[] biases = context.Bias(conv);
        var weight = new short[taps * channels];
        var bias = new int[channels];
        var factors = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            ReadOnlySpan<float> row = conv.Weight.Span.Slice(c * taps, taps);
            double b = biases.Length == 0 ? 0 : biases[c];
            double scale = FinestScale(row, b / input.Scale);
            for (int j = 0; j < taps; j++)
            {
                weight[(j * channels) + c] = checked((short)FixedPoint.Round(row[j] / scale));
            }

            bias[c] = FixedPoint.Round(b / (input.Scale * scale));
            factors[c] = input.Scale * scale / output.Scale;
        }

        (int[] multipliers, int shift) = FixedPoint.Requantizer(conv.Name, factors);
        Prove(conv.Name, weight, bias, channels, shift);
        var history = new IntegerHistory($"{conv.Name}.history", taps - 1, channels);
        context.Emit(conv, new DepthwiseOperation(conv.Name, output, input, history, taps, weight, bias, multipliers, shift));
    }

    // The finest weights for which sum |w| * 32768 + |bias| stays below 2^30: one bit is left for a left shift or a wide bias rounding.
    private static double FinestScale(ReadOnlySpan<float> row, double biasInInputSteps)
    {
        double magnitude = 0, largest = 1e-12;
        foreach (float w in row)
        {
            magnitude += Math.Abs((double)w);
            largest = Math.Max(largest, Math.Abs((double)w));
        }

        double proved = ((magnitude * LargestInput) + Math.Abs(biasInInputSteps)) / (1 << 30);
        return Math.Max(Math.Max(proved * 1.001, largest / 32767), 1e-15);
    }

    private static void Prove(string name, short[] weight, int[] bias, int channels, int shift)
    {
        for (int c = 0; c < channels; c++)
        {
            double bound = Math.Abs((double)bias[c]);
            for (int i = c; i < weight.Length; i += channels)
            {
                bound += Math.Abs((double)weight[i]) * LargestInput;
            }

            if (bound * (1 << shift) > int.MaxValue)
            {
                throw new BuildException(FormattableString.Invariant($"{name}: the accumulator of channel {c} may reach {bound:E3} and overflow 32 bits."));
            }
        }
    }
}
