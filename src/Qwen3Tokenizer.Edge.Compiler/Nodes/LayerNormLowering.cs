using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>LayerNorm: fused with the quantization of its result.</summary>
internal static class LayerNormLowering
{
    private const int MaxChannels = 1 << 15;

    public static void Lower(Node node, LoweringContext context)
    {
        var norm = (LayerNormNode)node;
        if (norm.Gain.Length != 0 || norm.Bias.Length != 0)
        {
            throw new BuildException($"{node.Name}: a gain or bias must be folded into the next matrix before lowering.");
        }

        IntegerBuffer input = context.WideInput(node, node.Inputs[0]);
        ActivationStep step = ActivationStep.Choose(context.Statistics[node.Name], Threshold(node, context), asymmetric: false, context.Options.Range);
        context.Decisions[node.Name] = step;
        var output = new IntegerBuffer(node.Name, step.Type, node.Shape.Rows, node.Shape.Channels, step.Scale);
        long channels = node.Shape.Channels;
        double epsilon = norm.Epsilon * channels * channels / (input.Scale * input.Scale);
        (uint mantissa, int exponent) = FixedPoint.Normalize(1 / step.Scale);

        // V < 2^62 gives clz64(V) / 2 in 1..31, so every shift 30 + exponent - clz / 2 must lie in 1..62 for both ends.
        if (channels > MaxChannels || (channels * channels * 32768.0 * 32768) + epsilon >= Math.Pow(2, 62) || exponent is < 2 or > 33)
        {
            throw new BuildException(FormattableString.Invariant(
                $"{node.Name}: {channels} channels with epsilon {norm.Epsilon} and step {step.Scale} do not fit the integer normalization."));
        }

        context.Emit(node, new LayerNormOperation(node.Name, output, input, Math.Max(1, (long)Math.Round(epsilon)), mantissa, exponent));
    }

    // What feeds the head decides over pitch in cents: there 8 bits must also keep the pitch.
    private static double Threshold(Node node, LoweringContext context) =>
        context.OnlyReader<ConvNode>(node) is { } reader && HeadLowering.IsHead(reader, context) && HeadLowering.PitchErrorOfInt8(reader, context) > context.Options.PitchCents
            ? double.PositiveInfinity
            : context.Threshold(node);
}
