using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>
/// Conv: a matrix with the operation behind it fused in (GELU, residual addition, the head's formats), a depthwise convolution, or a window followed by a matrix.
/// </summary>
internal static class ConvLowering
{
    // GELU's pre-activation may exceed what calibration saw by this factor before it saturates.
    private const double PreActivationHeadroom = 1.5;
    private const int FinestFraction = 12;
    private const int CoarsestFraction = 5;

    public static void Lower(Node node, LoweringContext context)
    {
        var conv = (ConvNode)node;
        if (FrontEndLowering.IsFilterBank(conv))
        {
            return;
        }

        if (context.IsWave && !conv.IsDepthwise)
        {
            WaveConvLowering.Lower(conv, context);
            return;
        }

        if (conv.Stride != 1 || conv.Dilation != 1 || conv.Padding != ConvPadding.Zero || (conv.Groups != 1 && !conv.IsDepthwise))
        {
            throw new BuildException($"{node.Name}: a convolution of stride {conv.Stride}, dilation {conv.Dilation}, {conv.Groups} groups and {conv.Padding} padding cannot be lowered.");
        }

        if (conv.IsDepthwise)
        {
            DepthwiseLowering.Lower(conv, context);
        }
        else if (HeadLowering.IsHead(conv, context))
        {
            HeadLowering.Lower(conv, context);
        }
        else if (conv.Kernel == 1 && context.OnlyReader<ActivationNode>(conv) is { Kind: ActivationKind.Gelu } gelu)
        {
            LowerGelu(conv, gelu, context.Buffer(conv.Inputs[0]), context);
        }
        else if (conv.Kernel == 1 && context.OnlyReader<AddNode>(conv) is { } add && add.Inputs[1] == conv && context.Readers(add.Inputs[0])[^1] == add)
        {
            LowerAdd(conv, add, context.Buffer(conv.Inputs[0]), context);
        }
        else
        {
            LowerPlain(conv, context);
        }
    }

    private static void LowerPlain(ConvNode conv, LoweringContext context)
    {
        IntegerBuffer input = context.Buffer(conv.Inputs[0]);
        if (conv.Kernel > 1)
        {
            input = context.WideInput(conv, conv.Inputs[0]);
            var history = new IntegerHistory($"{conv.Name}.history", conv.Kernel - 1, input.Channels);
            var window = new IntegerBuffer($"{conv.Name}.window", ElementType.Int16, input.Rows, input.Channels * conv.Kernel, input.Scale);
            context.Operations.Add(new WindowOperation(window.Name, window, input, history, conv.Kernel));
            input = window;
        }

        // A fold behind the matrix only renames rows: the matrix writes the folded buffer.
        Node target = context.OnlyReader<FoldNode>(conv) is { } fold ? fold : conv;
        IntegerBuffer output = context.WideBuffer(target);
        var inverse = new double[conv.Shape.Channels];
        Array.Fill(inverse, 1 / output.Scale);
        IntegerMatrix matrix = MatrixQuantizer.Quantize(conv.Name, TapMajor(conv), context.Bias(conv), input, inverse);
        context.Emit(conv, new LinearOperation(conv.Name, output, input, matrix));
        if (target != conv)
        {
            context.Fused.Add(target);
            context.Assign(target, output);
        }
    }

    /// <summary>A matrix with GELU as its end.</summary>
    internal static void LowerGelu(ConvNode conv, ActivationNode gelu, IntegerBuffer input, LoweringContext context)
    {
        double largest = context.Statistics[conv.Name].MaximumMagnitude * PreActivationHeadroom;
        int fraction = FinestFraction;
        while (fraction > CoarsestFraction && largest >= Math.Pow(2, 15 - fraction))
        {
            fraction--;
        }

        ActivationStep step = ActivationStep.Choose(context.Statistics[gelu.Name], context.Options.ActivationSqnr, asymmetric: true, context.Options.Range);
        context.Decisions[gelu.Name] = step;
        var output = new IntegerBuffer(gelu.Name, step.Type, conv.Shape.Rows, conv.Shape.Channels, step.Scale, step.ZeroPoint);
        var inverse = new double[conv.Shape.Channels];
        Array.Fill(inverse, Math.Pow(2, fraction));
        IntegerMatrix matrix = MatrixQuantizer.Quantize(conv.Name, conv.Weight.Span, context.Bias(conv), input, inverse);

        // g * G / 2^r with G as fine as 15 bits allow.
        double factor = 1 / (step.Scale * Math.Pow(2, fraction));
        int shift = Math.Min(30, 14 - (int)Math.Floor(Math.Log2(factor)));
        int gain = FixedPoint.Round(factor * Math.Pow(2, shift));
        if (gain > 32767)
        {
            gain = FixedPoint.Round(factor * Math.Pow(2, --shift));
        }

        if (shift < 1)
        {
            throw new BuildException(FormattableString.Invariant($"{gelu.Name}: step {step.Scale} is too fine for a pre-activation with {fraction} fraction bits."));
        }

        context.Fused.Add(gelu);
        context.Emit(gelu, new LinearGeluOperation(conv.Name, output, input, matrix, fraction, gain, shift));
    }

    /// <summary>A matrix whose result is added to a residual stream.</summary>
    internal static void LowerAdd(ConvNode conv, AddNode add, IntegerBuffer input, LoweringContext context)
    {
        IntegerBuffer residual = context.WideInput(add, add.Inputs[0]);
        if (residual.Scale != context.WideBuffer(add).Scale)
        {
            // Its step was chosen without the sums in mind: they would saturate.
            throw new BuildException($"{add.Name}: adds to '{add.Inputs[0].Name}', which is not a residual stream.");
        }

        var inverse = new double[conv.Shape.Channels];
        Array.Fill(inverse, 1 / residual.Scale);
        IntegerMatrix matrix = MatrixQuantizer.Quantize(conv.Name, conv.Weight.Span, context.Bias(conv), input, inverse);
        context.Fused.Add(add);
        context.Emit(add, new LinearAddOperation(add.Name, residual, input, residual, matrix));
    }

    /// <summary>[out][in][tap] to [out][tap][in]: the order of a window's row.</summary>
    internal static float[] TapMajor(ConvNode conv)
    {
        int inputs = conv.Inputs[0].Shape.Channels, taps = conv.Kernel;
        ReadOnlySpan<float> weight = conv.Weight.Span;
        var packed = new float[weight.Length];
        for (int i = 0; i < packed.Length; i++)
        {
            int o = i / (taps * inputs), tap = i / inputs % taps, c = i % inputs;
            packed[i] = weight[(((o * inputs) + c) * taps) + tap];
        }

        return packed;
    }
}
