using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>Conv of a decoder whose network makes samples itself: 8-bit inputs where they are enough, dilation, and what follows the matrix as its end.</summary>
internal static class WaveConvLowering
{
    private const double SampleScale = 1.0 / 32768;

    public static void Lower(ConvNode conv, LoweringContext context)
    {
        if (conv.Stride != 1 || conv.Padding != ConvPadding.Zero || conv.Groups != 1)
        {
            throw new BuildException($"{conv.Name}: a convolution of stride {conv.Stride}, {conv.Groups} groups and {conv.Padding} padding cannot be lowered.");
        }

        IntegerBuffer input = context.NarrowInput(conv.Inputs[0]);
        if (conv.Kernel == 1 && context.OnlyReader<ActivationNode>(conv) is { Kind: ActivationKind.Gelu } gelu)
        {
            ConvLowering.LowerGelu(conv, gelu, input, context);
        }
        else if (conv.Kernel == 1 && context.OnlyReader<AddNode>(conv) is { } add && add.Inputs[1] == conv && context.Readers(add.Inputs[0])[^1] == add)
        {
            ConvLowering.LowerAdd(conv, add, input, context);
        }
        else if (context.OnlyReader<SnakeNode>(conv) is { } snake)
        {
            LowerSnake(conv, snake, input, context);
        }
        else
        {
            LowerPlain(conv, input, context);
        }
    }

    /// <summary>The window of a convolution over its input.</summary>
    public static ConvWindow Window(Node conv, IntegerBuffer input, int taps, int dilation) => input.ZeroPoint == 0
        ? new ConvWindow(new IntegerHistory($"{conv.Name}.history", (taps - 1) * dilation, input.Channels, input.Type), taps, dilation)
        : throw new BuildException($"{conv.Name}: reads '{input.Name}' over several rows, which has a zero point: what stands before the first row would not be zero.");

    private static void LowerSnake(ConvNode conv, SnakeNode snake, IntegerBuffer input, LoweringContext context)
    {
        double step = context.WideBuffer(conv).Scale;
        IntegerBuffer output = SnakeLowering.Output(snake, context);
        var operation = new LinearSnakeOperation(conv.Name, output, input, Matrix(conv, input, step, context), SnakeLowering.Constants(snake, step, output.Scale)) { Window = WindowOf(conv, input) };
        context.Fused.Add(snake);
        context.Emit(snake, operation);
    }

    private static void LowerPlain(ConvNode conv, IntegerBuffer input, LoweringContext context)
    {
        Node target = conv;
        IntegerBuffer output;
        if (context.SamplesOf(conv) is { } samples)
        {
            target = samples;
            output = new IntegerBuffer(samples.Name, ElementType.Int16, conv.Shape.Rows, conv.Shape.Channels, SampleScale);
            context.Fused.Add(samples);
        }
        else
        {
            bool gates = context.OnlyReader<ActivationNode>(conv) is { Kind: ActivationKind.Silu };
            output = gates ? GateLowering.Input(conv, context) : context.WideBuffer(conv);
        }

        context.Emit(target, new LinearOperation(target.Name, output, input, Matrix(conv, input, output.Scale, context)) { Window = WindowOf(conv, input) });
    }

    private static ConvWindow? WindowOf(ConvNode conv, IntegerBuffer input) => conv.Kernel == 1 ? null : Window(conv, input, conv.Kernel, conv.Dilation);

    private static IntegerMatrix Matrix(ConvNode conv, IntegerBuffer input, double step, LoweringContext context)
    {
        var inverse = new double[conv.Shape.Channels];
        Array.Fill(inverse, 1 / step);
        return MatrixQuantizer.Quantize(conv.Name, ConvLowering.TapMajor(conv), context.Bias(conv), input, inverse);
    }
}
