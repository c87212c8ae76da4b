using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Compiler.Emission;

/// <summary>Packs a matrix into pairs of outputs (native/kernels/q3e_kernels.h, q3e_matrix).</summary>
public static class PairedMatrix
{
    /// <summary>Outputs that share a word.</summary>
    public const int Outputs = 2;

    /// <summary>Inputs are padded to a multiple of this.</summary>
    public const int Inputs = 16;

    // One int16 carries the weight of the second output above that of the first.
    private const int Upper = 256;

    /// <summary>Whether 256 * S1 + S0, the sum that a kernel forms of the two outputs of every pair, fits in 32 bits for every input. Kernels for int16 inputs form it in 64 bits.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="input">Type of its input.</param>
    public static bool Fits(IntegerMatrix matrix, ElementType input)
    {
        const int LargestInput = 128;
        for (int o = 0; input == ElementType.Int8 && o < matrix.Out; o += Outputs)
        {
            long upper = o + 1 < matrix.Out ? Magnitude(matrix, o + 1) : 0;
            if (((Upper * upper) + Magnitude(matrix, o)) * LargestInput > int.MaxValue)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Little-endian int16 256 * w[2p+1][i] + w[2p][i] in the order [p][i], inputs padded to a multiple of 16; an output or input that is none has weight 0.</summary>
    public static sbyte[] Weight(IntegerMatrix matrix)
    {
        int paddedIn = RoundUp(matrix.In, Inputs);
        var packed = new sbyte[RoundUp(matrix.Out, Outputs) * paddedIn];
        for (int o = 0; o < matrix.Out; o += Outputs)
        {
            for (int i = 0; i < matrix.In; i++)
            {
                int lower = matrix.Weight[(o * matrix.In) + i], upper = o + 1 < matrix.Out ? matrix.Weight[((o + 1) * matrix.In) + i] : 0;
                int pair = (Upper * upper) + lower, at = (o * paddedIn) + (Outputs * i);
                packed[at] = unchecked((sbyte)pair);
                packed[at + 1] = checked((sbyte)(pair >> 8));
            }
        }

        return packed;
    }

    /// <summary>One value per output, followed by a zero where their number is odd.</summary>
    public static int[] Padded(int[] values)
    {
        var padded = new int[RoundUp(values.Length, Outputs)];
        values.CopyTo(padded, 0);
        return padded;
    }

    private static long Magnitude(IntegerMatrix matrix, int output)
    {
        long sum = 0;
        foreach (sbyte weight in matrix.Weight.AsSpan(output * matrix.In, matrix.In))
        {
            sum += Math.Abs((int)weight);
        }

        return sum;
    }

    private static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;
}
