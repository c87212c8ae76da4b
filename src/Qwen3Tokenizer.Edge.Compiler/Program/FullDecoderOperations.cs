namespace Qwen3Tokenizer.Edge.Compiler.Program;

/// <summary>The rows that a matrix sees of its input: taps rows, dilation rows apart, side by side (native/ARITHMETIC.md, Window). The input is pushed into the history afterwards.</summary>
/// <param name="History">(Taps - 1) * Dilation past rows of the input.</param>
/// <param name="Taps">Kernel size.</param>
/// <param name="Dilation">Rows between taps.</param>
public sealed record ConvWindow(IntegerHistory History, int Taps, int Dilation);

/// <summary>int16 to int8 (native/ARITHMETIC.md, Narrow).</summary>
/// <param name="Name">Unique name.</param>
/// <param name="Output">int8.</param>
/// <param name="Input">int16, same shape.</param>
/// <param name="Gain">G.</param>
/// <param name="Shift">r.</param>
/// <param name="Source">Name of the graph node whose value it narrows; the buffer of a residual stream has held others since.</param>
public sealed record NarrowOperation(string Name, IntegerBuffer Output, IntegerBuffer Input, int Gain, int Shift, string Source)
    : IntegerOperation(Name, Output)
{
    /// <inheritdoc/>
    public override IEnumerable<IntegerBuffer> Inputs => [Input];
}

/// <summary>Root mean square normalization without gain (native/ARITHMETIC.md, RmsNorm).</summary>
/// <param name="Name">Node name.</param>
/// <param name="Output">int8 or int16.</param>
/// <param name="Input">int16.</param>
/// <param name="Epsilon">E, at least 1.</param>
/// <param name="ScaleMantissa">Zm.</param>
/// <param name="ScaleExponent">ze.</param>
public sealed record RmsNormOperation(string Name, IntegerBuffer Output, IntegerBuffer Input, long Epsilon, uint ScaleMantissa, int ScaleExponent)
    : IntegerOperation(Name, Output)
{
    /// <inheritdoc/>
    public override IEnumerable<IntegerBuffer> Inputs => [Input];
}

/// <summary>Constants of a Snake (native/ARITHMETIC.md, Snake).</summary>
/// <param name="Frequency">[channel]: P.</param>
/// <param name="Gain">[channel]: B, 0..2^14-1.</param>
/// <param name="InputGain">A, 0..2^14-1.</param>
/// <param name="Shift">r.</param>
public sealed record SnakeConstants(uint[] Frequency, short[] Gain, int InputGain, int Shift);

/// <summary>Snake where no matrix stands before it.</summary>
/// <param name="Name">Node name.</param>
/// <param name="Output">int8 or int16.</param>
/// <param name="Input">int16, same shape.</param>
/// <param name="Constants">Constants.</param>
public sealed record SnakeOperation(string Name, IntegerBuffer Output, IntegerBuffer Input, SnakeConstants Constants)
    : IntegerOperation(Name, Output)
{
    /// <inheritdoc/>
    public override IEnumerable<IntegerBuffer> Inputs => [Input];
}

/// <summary>Linear followed by Snake.</summary>
/// <param name="Name">Node name of the matrix.</param>
/// <param name="Output">int8 or int16, named after the Snake.</param>
/// <param name="Input">int8 or int16.</param>
/// <param name="Matrix">The matrix.</param>
/// <param name="Constants">Constants of the Snake.</param>
public sealed record LinearSnakeOperation(string Name, IntegerBuffer Output, IntegerBuffer Input, IntegerMatrix Matrix, SnakeConstants Constants)
    : IntegerOperation(Name, Output)
{
    /// <summary>What the matrix sees of several rows, or null.</summary>
    public ConvWindow? Window { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<IntegerBuffer> Inputs => [Input];
}

/// <summary>The gate of a feed-forward block: silu(gate) * up (native/ARITHMETIC.md, SiluGate).</summary>
/// <param name="Name">Node name of the product.</param>
/// <param name="Output">int8 or int16.</param>
/// <param name="Gate">int16, Qf.</param>
/// <param name="Up">int16, same shape.</param>
/// <param name="Fraction">f.</param>
/// <param name="Gain">G.</param>
/// <param name="Shift">r.</param>
public sealed record SiluGateOperation(string Name, IntegerBuffer Output, IntegerBuffer Gate, IntegerBuffer Up, int Fraction, int Gain, int Shift)
    : IntegerOperation(Name, Output)
{
    /// <inheritdoc/>
    public override IEnumerable<IntegerBuffer> Inputs => [Gate, Up];
}

/// <summary>Attention with rotary positions over a sliding window (native/ARITHMETIC.md, Attention). Query and key are rotated in place.</summary>
/// <param name="Name">Node name.</param>
/// <param name="Output">int16, in the scale of the values.</param>
/// <param name="Query">int16: Heads * Size values a row.</param>
/// <param name="Key">int16: Groups * Size values a row.</param>
/// <param name="Value">int16, as the keys.</param>
/// <param name="Constants">Constants.</param>
public sealed record AttentionOperation(string Name, IntegerBuffer Output, IntegerBuffer Query, IntegerBuffer Key, IntegerBuffer Value, AttentionConstants Constants)
    : IntegerOperation(Name, Output)
{
    /// <summary>Rotated keys of the last Window - 1 rows.</summary>
    public IntegerHistory Keys => new($"{Name}.keys", Constants.Window - 1, Key.Channels);

    /// <summary>Values of the last Window - 1 rows.</summary>
    public IntegerHistory Values => new($"{Name}.values", Constants.Window - 1, Value.Channels);

    /// <summary>Name of the block with position and filled rows.</summary>
    public string StateName => $"{Name}.state";

    /// <inheritdoc/>
    public override IEnumerable<IntegerBuffer> Inputs => [Query, Key, Value];
}

/// <summary>Constants of an attention; names as in native/ARITHMETIC.md.</summary>
/// <param name="Increments">[Size / 2]: inc.</param>
/// <param name="Heads">Heads of the query.</param>
/// <param name="Groups">Heads of keys and values.</param>
/// <param name="Size">n.</param>
/// <param name="Window">W.</param>
/// <param name="Gain">G.</param>
/// <param name="Shift">s.</param>
public sealed record AttentionConstants(uint[] Increments, int Heads, int Groups, int Size, int Window, int Gain, int Shift);
