using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>Snake: frequencies as turns, gains per channel (native/ARITHMETIC.md, Snake). One behind a matrix that nothing else reads is that matrix's end.</summary>
internal static class SnakeLowering
{
    private const int GainLimit = 1 << 14;
    private const int MaxShift = 30;

    // Gains coarser than this would no longer be the function: the input's gain keeps at least 7 bits.
    private const int LeastInputGain = 64;

    public static void Lower(Node node, LoweringContext context)
    {
        if (context.Fused.Contains(node))
        {
            return;
        }

        IntegerBuffer input = context.WideInput(node, node.Inputs[0]);
        IntegerBuffer output = Output(node, context);
        context.Emit(node, new SnakeOperation(node.Name, output, input, Constants((SnakeNode)node, input.Scale, output.Scale)));
    }

    /// <summary>The buffer of a Snake's result, 8 bits where they are enough.</summary>
    public static IntegerBuffer Output(Node node, LoweringContext context)
    {
        ActivationStep step = context.Choose(node);
        return new IntegerBuffer(node.Name, step.Type, node.Shape.Rows, node.Shape.Channels, step.Scale);
    }

    /// <summary>The constants of a Snake from values of one step to those of another.</summary>
    public static SnakeConstants Constants(SnakeNode snake, double inputScale, double outputScale)
    {
        double[] amplitude = Array.ConvertAll(snake.Beta, b => 1 / (2 * (b + SnakeNode.Epsilon) * outputScale * 32768));
        double input = inputScale / outputScale, largest = Math.Max(input, amplitude.Max());
        int shift = MaxShift;
        while (shift > 1 && Math.Round(largest * Math.Pow(2, shift)) >= GainLimit)
        {
            shift--;
        }

        double unit = Math.Pow(2, shift);
        if (Math.Round(largest * unit) >= GainLimit || input * unit < LeastInputGain)
        {
            throw new BuildException(FormattableString.Invariant($"{snake.Name}: amplitudes up to {1 / (snake.Beta.Min() + SnakeNode.Epsilon)} do not fit 14 bits beside steps of {outputScale}."));
        }

        return new SnakeConstants(
            Array.ConvertAll(snake.Alpha, a => Turns(a * inputScale / Math.PI)),
            Array.ConvertAll(amplitude, a => (short)FixedPoint.Round(a * unit)),
            FixedPoint.Round(input * unit),
            shift);
    }

    // 2^32 = one turn; whole turns change nothing.
    private static uint Turns(double turns) => (uint)(long)Math.Round((turns - Math.Floor(turns)) * 4294967296.0, MidpointRounding.AwayFromZero);
}
