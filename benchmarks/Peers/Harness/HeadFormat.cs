namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Harness;

/// <summary>Values of a head row of the emitted library (native/ARITHMETIC.md, section 4): a and n in Q10 of log2, p in 1/2048 turn, u in Q14 octaves, v in Q10.</summary>
/// <param name="Knots">Values of each of a, n and p.</param>
internal readonly record struct HeadFormat(int Knots)
{
    /// <summary>Columns of a float row.</summary>
    public int Columns => (3 * Knots) + 2;

    /// <summary>Values of a row of the library whose pitch and voicing come in two parts.</summary>
    public int LongestRow => Columns + 2;

    /// <summary>Integers to natural-log magnitudes, radians, octaves and the voicing's logit.</summary>
    /// <param name="row">A row, with or without the two low parts of pitch and voicing at its end.</param>
    /// <param name="values">Receives <see cref="Columns"/> values.</param>
    public void ToFloat(ReadOnlySpan<short> row, Span<float> values)
    {
        bool split = row.Length > Columns;
        for (int c = 0; c < Columns; c++)
        {
            double unit = c < 2 * Knots ? Math.Log(2) / 1024 : c < 3 * Knots ? 2 * Math.PI / 2048 : c == 3 * Knots ? 1.0 / 16384 : 1.0 / 1024;
            values[c] = (float)((row[c] + (split && c >= 3 * Knots ? row[c + 2] : 0)) * unit);
        }
    }
}
