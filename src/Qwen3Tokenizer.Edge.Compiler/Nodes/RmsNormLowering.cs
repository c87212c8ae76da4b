using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>RmsNorm: fused with the quantization of its result (native/ARITHMETIC.md, RmsNorm).</summary>
internal static class RmsNormLowering
{
    public static void Lower(Node node, LoweringContext context)
    {
        var norm = (RmsNormNode)node;
        if (norm.Gain.Length != 0)
        {
            throw new BuildException($"{node.Name}: a gain must be folded into the next matrix before lowering.");
        }

        IntegerBuffer input = context.WideInput(node, node.Inputs[0]);
        ActivationStep step = context.Choose(node);
        var output = new IntegerBuffer(node.Name, step.Type, node.Shape.Rows, node.Shape.Channels, step.Scale);
        double channels = node.Shape.Channels, epsilon = norm.Epsilon * channels / (input.Scale * input.Scale);
        (uint mantissa, int exponent) = FixedPoint.Normalize(Math.Sqrt(channels) / step.Scale);

        // V < 2^62 gives clz64(V) / 2 in 1..31, so every shift 30 + exponent - clz / 2 must lie in 1..62 for both ends.
        if ((channels * 32768.0 * 32768) + epsilon >= Math.Pow(2, 62) || exponent is < 2 or > 33)
        {
            throw new BuildException(FormattableString.Invariant(
                $"{node.Name}: {channels} channels with epsilon {norm.Epsilon} and step {step.Scale} do not fit the integer normalization."));
        }

        context.Emit(node, new RmsNormOperation(node.Name, output, input, Math.Max(1, (long)Math.Round(epsilon)), mantissa, exponent));
    }
}
