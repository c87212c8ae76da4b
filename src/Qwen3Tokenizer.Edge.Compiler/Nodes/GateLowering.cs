using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>Multiply of SiLU and a value: the gate of a feed-forward block (native/ARITHMETIC.md, SiluGate).</summary>
internal static class GateLowering
{
    private const int MaxShift = 62;

    // SiLU's input may exceed what calibration saw by this factor before it saturates.
    private const double Headroom = 1.5;
    private const int FinestFraction = 12;
    private const int CoarsestFraction = 5;

    public static void Lower(Node node, LoweringContext context)
    {
        if (node.Inputs[0] is not ActivationNode { Kind: ActivationKind.Silu } silu || context.OnlyReader<MultiplyNode>(silu) is null || silu.Inputs[0] is not ConvNode matrix)
        {
            throw new BuildException($"{node.Name}: only a product of SiLU behind a matrix and another value can be lowered.");
        }

        IntegerBuffer gate = context.Buffer(matrix), up = context.WideInput(node, node.Inputs[1]);
        ActivationStep step = context.Choose(node);
        var output = new IntegerBuffer(node.Name, step.Type, node.Shape.Rows, node.Shape.Channels, step.Scale);
        (int gain, int shift) = FixedPoint.Gain(node.Name, gate.Scale * up.Scale / step.Scale, 1, MaxShift);
        int fraction = (int)Math.Round(-Math.Log2(gate.Scale));
        context.Fused.Add(silu);
        context.Emit(node, new SiluGateOperation(node.Name, output, gate, up, fraction, gain, shift));
    }

    /// <summary>The buffer of a matrix whose values SiLU reads: a power of two as its step.</summary>
    public static IntegerBuffer Input(Node matrix, LoweringContext context)
    {
        double largest = context.Statistics[matrix.Name].MaximumMagnitude * Headroom;
        int fraction = FinestFraction;
        while (fraction > CoarsestFraction && largest >= Math.Pow(2, 15 - fraction))
        {
            fraction--;
        }

        return new IntegerBuffer(matrix.Name, ElementType.Int16, matrix.Shape.Rows, matrix.Shape.Channels, Math.Pow(2, -fraction));
    }
}
