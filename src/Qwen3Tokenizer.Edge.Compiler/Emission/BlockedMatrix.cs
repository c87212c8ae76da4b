using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Compiler.Emission;

/// <summary>Packs a matrix into blocks of 16 outputs by 4 inputs (native/kernels/q3e_kernels.h, q3e_matrix).</summary>
public static class BlockedMatrix
{
    /// <summary>Outputs of a block.</summary>
    public const int Outputs = 16;

    /// <summary>Inputs of a block's group.</summary>
    public const int Inputs = 4;

    // What a kernel that multiplies unsigned by signed adds to every int8 input.
    private const int InputOffset = 128;

    /// <summary>Weights [out/16][in/4][16][4], both divisions rounded up; places that are no weights are 0.</summary>
    public static sbyte[] Weight(IntegerMatrix matrix)
    {
        int paddedIn = RoundUp(matrix.In, Inputs);
        var packed = new sbyte[RoundUp(matrix.Out, Outputs) * paddedIn];
        for (int o = 0; o < matrix.Out; o++)
        {
            int block = (o / Outputs * Outputs * paddedIn) + (o % Outputs * Inputs);
            for (int i = 0; i < matrix.In; i++)
            {
                packed[block + (i / Inputs * Inputs * Outputs) + (i % Inputs)] = matrix.Weight[(o * matrix.In) + i];
            }
        }

        return packed;
    }

    /// <summary>-128 times the sum of each output's weights, padded like <see cref="Padded"/>; exact for up to 2^17 inputs.</summary>
    public static int[] Compensation(IntegerMatrix matrix)
    {
        var sums = new int[RoundUp(matrix.Out, Outputs)];
        for (int o = 0; o < matrix.Out; o++)
        {
            foreach (sbyte weight in matrix.Weight.AsSpan(o * matrix.In, matrix.In))
            {
                sums[o] = checked(sums[o] - (InputOffset * weight));
            }
        }

        return sums;
    }

    /// <summary>One value per output, followed by zeros up to a multiple of 16.</summary>
    public static int[] Padded(int[] values)
    {
        var padded = new int[RoundUp(values.Length, Outputs)];
        values.CopyTo(padded, 0);
        return padded;
    }

    private static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;
}
