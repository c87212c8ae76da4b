using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>One row of the head, clamped (native/ARITHMETIC.md section 4).</summary>
/// <param name="Harmonic">a: log2 magnitude of the harmonic filter at the knots, Q10.</param>
/// <param name="Noise">n: log2 magnitude of the noise filter at the knots, Q10.</param>
/// <param name="Phase">p: phase of the harmonic filter at the knots in turns, Q11.</param>
/// <param name="Pitch">U: log2(f0 / f0_ref), Q14.</param>
/// <param name="Voiced">Whether the voicing logit is positive.</param>
internal sealed record HeadRow(int[] Harmonic, int[] Noise, int[] Phase, int Pitch, bool Voiced)
{
    /// <summary>Reads a row: a, n, p, u, v [, u_low, v_low].</summary>
    public static HeadRow Read(SourceFilterConstants constants, ReadOnlySpan<int> row)
    {
        int knots = constants.Knots, tail = 3 * knots;
        int u = row[tail], v = row[tail + 1];
        if (constants.SplitRows)
        {
            u += row[tail + 2];
            v += row[tail + 3];
        }

        return new HeadRow(
            Clamped(row[..knots], constants.MagnitudeLow, constants.MagnitudeHigh),
            Clamped(row[knots..(2 * knots)], constants.MagnitudeLow, constants.MagnitudeHigh),
            Clamped(row[(2 * knots)..tail], -16383, 16383),
            Math.Clamp(u, constants.PitchLow, constants.PitchHigh),
            v > 0);
    }

    private static int[] Clamped(ReadOnlySpan<int> values, int low, int high)
    {
        int[] clamped = values.ToArray();
        for (int i = 0; i < clamped.Length; i++)
            clamped[i] = Math.Clamp(clamped[i], low, high);
        return clamped;
    }
}
