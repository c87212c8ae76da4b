using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>Attention over a sliding window (native/ARITHMETIC.md, Attention).</summary>
internal static class AttentionLowering
{
    private const int MaxWindow = 255;
    private const int MaxSize = 256;
    private const int MaxShift = 62;

    public static void Lower(Node node, LoweringContext context)
    {
        var attention = (AttentionNode)node;
        IntegerBuffer query = context.WideInput(node, node.Inputs[0]), key = context.WideInput(node, node.Inputs[1]), value = context.WideInput(node, node.Inputs[2]);
        if (attention.Window is < 2 or > MaxWindow || attention.HeadSize > MaxSize)
        {
            throw new BuildException($"{node.Name}: a window of {attention.Window} rows and heads of {attention.HeadSize} values cannot be lowered; 2 to {MaxWindow} rows and up to {MaxSize} values can.");
        }

        // It rotates its query and key where they lie.
        if (node.Inputs.Take(2).Any(i => context.Readers(i).Count > 1))
        {
            throw new BuildException($"{node.Name}: its query or key has another reader.");
        }

        double octaves = Math.Log2(Math.E) * query.Scale * key.Scale / Math.Sqrt(attention.HeadSize);
        (int gain, int shift) = FixedPoint.Gain(node.Name, octaves * (1 << 20), 0, MaxShift);
        uint[] increments = [.. Enumerable.Range(0, attention.HeadSize / 2).Select(m => Turns(Math.Pow(attention.RopeTheta, -2.0 * m / attention.HeadSize)))];
        var output = new IntegerBuffer(node.Name, ElementType.Int16, node.Shape.Rows, node.Shape.Channels, value.Scale);
        context.Emit(node, new AttentionOperation(
            node.Name, output, query, key, value, new AttentionConstants(increments, attention.Heads, attention.KeyValueHeads, attention.HeadSize, attention.Window, gain, shift)));
    }

    private static uint Turns(double radians) => (uint)(long)Math.Round(radians / (2 * Math.PI) * 4294967296.0, MidpointRounding.AwayFromZero);
}
