using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Compiler.Lowering;

/// <summary>Float matrices to int8 with one scale per output channel, and the proof that no accumulator overflows.</summary>
public static class MatrixQuantizer
{
    // The largest weight of a row keeps at least this many steps (4 bits and the sign), however loud the row is.
    private const int FewestSteps = 8;

    /// <summary>Quantizes a matrix.</summary>
    /// <param name="name">For error messages.</param>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out] or empty.</param>
    /// <param name="input">The buffer it reads: its scale, zero point and type.</param>
    /// <param name="inverseOutputScale">[out]: output steps per real unit of each channel.</param>
    /// <exception cref="BuildException">An output cannot be computed in 32 bits with weights that still resemble the given ones.</exception>
    public static IntegerMatrix Quantize(string name, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, IntegerBuffer input, ReadOnlySpan<double> inverseOutputScale)
    {
        int outputs = inverseOutputScale.Length, inputs = weight.Length / outputs;
        var quantized = new sbyte[weight.Length];
        var integerBias = new int[outputs];
        var factors = new double[outputs];
        double largestInput = input.Type == ElementType.Int8 ? 128 : 32768;
        for (int o = 0; o < outputs; o++)
        {
            ReadOnlySpan<float> row = weight.Slice(o * inputs, inputs);
            Span<sbyte> q = quantized.AsSpan(o * inputs, inputs);
            double scale = LargestMagnitude(row) / 127;
            for (; ; scale *= 1.0625)
            {
                double accumulator = input.Scale * scale;
                (long magnitude, long sum) = Round(row, scale, q);
                double folded = (bias.IsEmpty ? 0 : bias[o] / accumulator) - ((double)input.ZeroPoint * sum);
                if ((magnitude * largestInput) + Math.Abs(folded) < int.MaxValue)
                {
                    integerBias[o] = FixedPoint.Round(folded);
                    factors[o] = accumulator * inverseOutputScale[o];
                    break;
                }

                // Too loud for 32 bits: coarser weights make a smaller sum. They may vanish only where they cannot move the output by a step.
                if (accumulator > 1e30 || (scale * FewestSteps > LargestMagnitude(row) && Reach(row, input, largestInput) * inverseOutputScale[o] >= 1))
                {
                    throw new BuildException($"{name}: output channel {o} cannot be computed in 32 bits.");
                }
            }
        }

        (int[] multipliers, int shift) = FixedPoint.Requantizer(name, factors);
        var matrix = new IntegerMatrix(inputs, outputs, quantized, integerBias, multipliers, shift);
        Prove(name, matrix, largestInput);
        return matrix;
    }

    // Every partial sum is bounded by the sum of magnitudes; with the left shift it must stay inside int32.
    private static void Prove(string name, IntegerMatrix matrix, double largestInput)
    {
        for (int o = 0; o < matrix.Out; o++)
        {
            long magnitude = 0;
            foreach (sbyte w in matrix.Weight.AsSpan(o * matrix.In, matrix.In))
            {
                magnitude += Math.Abs((int)w);
            }

            double bound = ((magnitude * largestInput) + Math.Abs((double)matrix.Bias[o])) * (1 << matrix.LeftShift);
            if (bound > int.MaxValue)
            {
                throw new BuildException(FormattableString.Invariant($"{name}: the accumulator of output channel {o} may reach {bound:E3} and overflow 32 bits."));
            }
        }
    }

    // The largest real value that the products of a row can add up to.
    private static double Reach(ReadOnlySpan<float> row, IntegerBuffer input, double largestInput)
    {
        double sum = 0;
        foreach (float w in row)
        {
            sum += Math.Abs((double)w);
        }

        return sum * largestInput * input.Scale;
    }

    private static double LargestMagnitude(ReadOnlySpan<float> row)
    {
        double largest = 0;
        foreach (float w in row)
        {
            largest = Math.Max(largest, Math.Abs((double)w));
        }

        return Math.Max(largest, 1e-12);
    }

    private static (long Magnitude, long Sum) Round(ReadOnlySpan<float> row, double scale, Span<sbyte> q)
    {
        long magnitude = 0, sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            int w = Math.Clamp(FixedPoint.Round(row[i] / scale), -127, 127);
            q[i] = (sbyte)w;
            magnitude += Math.Abs(w);
            sum += w;
        }

        return (magnitude, sum);
    }
}
