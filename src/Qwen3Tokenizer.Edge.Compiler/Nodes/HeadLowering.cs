using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>
/// The matrix of the source-filter head: its rows come out in the fixed formats of native/ARITHMETIC.md section 4, and the pitch and voicing rows take 16-bit weights
/// (a high and a low int8 row) where the measured pitch error asks for it.
/// </summary>
internal static class HeadLowering
{
    /// <summary>Formats of the groups of a head row: steps per natural-log unit, radian, octave and logit.</summary>
    private const double MagnitudeSteps = 1024 * 1.4426950408889634;
    private const double PhaseSteps = 2048 / (2 * Math.PI);
    private const double PitchSteps = 16384;
    private const double VoicingSteps = 1024;
    private const double CentsPerOctave = 1200;

    /// <summary>Whether a matrix is a head: the oscillator's pitch is a slice of it.</summary>
    public static bool IsHead(ConvNode conv, LoweringContext context) =>
        conv.Kernel == 1 && context.Readers(conv).OfType<SliceNode>().Any(s => context.Readers(s).Any(r => r is OscillatorNode));

    /// <summary>Expected pitch error, rms cents, of 8-bit head inputs: the step's rounding noise through the weights of the pitch row.</summary>
    public static double PitchErrorOfInt8(ConvNode head, LoweringContext context)
    {
        ActivationStep step = ActivationStep.Choose(context.Statistics[head.Inputs[0].Name], double.NegativeInfinity, asymmetric: false, context.Options.Range);
        double energy = 0;
        foreach (float w in Row(head, PitchRow(head)))
        {
            energy += (double)w * w;
        }

        return step.Scale / Math.Sqrt(12) * Math.Sqrt(energy) * CentsPerOctave;
    }

    public static void Lower(ConvNode head, LoweringContext context)
    {
        IntegerBuffer input = context.Buffer(head.Inputs[0]);
        int rows = head.Shape.Channels, knots = (rows - 2) / 3, inputs = head.Inputs[0].Shape.Channels;
        bool split = PitchErrorOfInt8Weights(head) > context.Options.PitchWeightCents;
        int outputs = rows + (split ? 2 : 0);
        var weight = new float[outputs * inputs];
        var bias = new float[outputs];
        head.Weight.CopyTo(weight);
        context.Bias(head).CopyTo(bias, 0);
        if (split)
        {
            SplitRow(weight, inputs, PitchRow(head), rows);
            SplitRow(weight, inputs, PitchRow(head) + 1, rows + 1);
        }

        var steps = new double[outputs];
        for (int o = 0; o < outputs; o++)
        {
            bool pitch = o == rows - 2 || o == rows;
            steps[o] = o < 2 * knots ? MagnitudeSteps : o < 3 * knots ? PhaseSteps : pitch ? PitchSteps : VoicingSteps;
        }

        var output = new IntegerBuffer(head.Name, ElementType.Int16, head.Shape.Rows, outputs, 1 / MagnitudeSteps);
        context.Emit(head, new LinearOperation(head.Name, output, input, MatrixQuantizer.Quantize(head.Name, weight, bias, input, steps)));
    }

    /// <summary>Steps per real unit of every column of a lowered head row, for reading values back.</summary>
    public static double StepsOf(int column, int columns, bool split)
    {
        int rows = columns - (split ? 2 : 0), knots = (rows - 2) / 3;
        return column < 2 * knots ? MagnitudeSteps : column < 3 * knots ? PhaseSteps : column == rows - 2 || column == rows ? PitchSteps : VoicingSteps;
    }

    private static int PitchRow(ConvNode head) => head.Shape.Channels - 2;

    private static ReadOnlySpan<float> Row(ConvNode head, int row)
    {
        int inputs = head.Inputs[0].Shape.Channels;
        return head.Weight.Span.Slice(row * inputs, inputs);
    }

    // The head reads a layer norm, whose values have unit variance: the error of the weights adds up in energy.
    private static double PitchErrorOfInt8Weights(ConvNode head)
    {
        double largest = 0;
        foreach (float w in Row(head, PitchRow(head)))
        {
            largest = Math.Max(largest, Math.Abs((double)w));
        }

        return largest / 127 / Math.Sqrt(12) * Math.Sqrt(head.Inputs[0].Shape.Channels) * CentsPerOctave;
    }

    // The high row is what int8 keeps of the weights; the low row is what it loses.
    private static void SplitRow(float[] weight, int inputs, int row, int lowRow)
    {
        Span<float> high = weight.AsSpan(row * inputs, inputs), low = weight.AsSpan(lowRow * inputs, inputs);
        double largest = 0;
        foreach (float w in high)
        {
            largest = Math.Max(largest, Math.Abs((double)w));
        }

        double scale = Math.Max(largest, 1e-12) / 127;
        for (int i = 0; i < inputs; i++)
        {
            double kept = Math.Round(high[i] / scale, MidpointRounding.AwayFromZero) * scale;
            low[i] = (float)(high[i] - kept);
            high[i] = (float)kept;
        }
    }
}
