namespace Qwen3Tokenizer.Edge.Compiler.Program;

/// <summary>One operation of an integer program. The semantics of each is a section of native/ARITHMETIC.md.</summary>
/// <param name="Name">Name of the graph node that it computes; unique.</param>
/// <param name="Output">The buffer that it writes.</param>
public abstract record IntegerOperation(string Name, IntegerBuffer Output)
{
    /// <summary>Buffers that it reads.</summary>
    public abstract IEnumerable<IntegerBuffer> Inputs { get; }
}

/// <summary>Embed: codes to the decoder's input.</summary>
/// <param name="Name">Node name.</param>
/// <param name="Output">int16, one row: Dim values (sum) or Layers * Dim (concatenation).</param>
/// <param name="Table">[layer][entry][dim].</param>
/// <param name="Multipliers">[layer][dim].</param>
/// <param name="Layers">Layers in the table.</param>
/// <param name="Entries">Codes per layer.</param>
/// <param name="Dim">Values per entry.</param>
/// <param name="Shift">n of the final shift.</param>
/// <param name="Concatenate">Concatenation of the layers, zeros for absent ones, instead of the sum over those present.</param>
public sealed record EmbedOperation(string Name, IntegerBuffer Output, sbyte[] Table, int[] Multipliers, int Layers, int Entries, int Dim, int Shift, bool Concatenate)
    : IntegerOperation(Name, Output)
{
    /// <summary>The layer of the codes that is the table's first.</summary>
    public int FirstLayer { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<IntegerBuffer> Inputs => [];
}

/// <summary>Window: gathers taps rows into one, then pushes the input into the history.</summary>
/// <param name="Name">Node name.</param>
/// <param name="Output">int16, Taps * channels values a row.</param>
/// <param name="Input">int16 input.</param>
/// <param name="History">Taps - 1 past rows.</param>
/// <param name="Taps">Kernel size.</param>
public sealed record WindowOperation(string Name, IntegerBuffer Output, IntegerBuffer Input, IntegerHistory History, int Taps)
    : IntegerOperation(Name, Output)
{
    /// <inheritdoc/>
    public override IEnumerable<IntegerBuffer> Inputs => [Input];
}

/// <summary>A matrix with int8 weights, one scale and one bias per output channel.</summary>
/// <param name="In">Input channels.</param>
/// <param name="Out">Output channels.</param>
/// <param name="Weight">[out][in].</param>
/// <param name="Bias">[out], in accumulator units.</param>
/// <param name="Multiplier">[out], 0..2^30-1.</param>
/// <param name="LeftShift">ls.</param>
public sealed record IntegerMatrix(int In, int Out, sbyte[] Weight, int[] Bias, int[] Multiplier, int LeftShift)
{
    /// <summary>Rows a frame that the matrix sees in <paramref name="input"/>: several short rows may be read as one longer one.</summary>
    public int RowsOf(IntegerBuffer input) => input.Rows * input.Channels / In;
}

/// <summary>Linear with requantization to int16. Output rows * channels may equal a folded shape: Out = rows per input row * channels.</summary>
/// <param name="Name">Node name.</param>
/// <param name="Output">int16; its total size equals input rows * Out.</param>
/// <param name="Input">int8 or int16.</param>
/// <param name="Matrix">The matrix.</param>
public sealed record LinearOperation(string Name, IntegerBuffer Output, IntegerBuffer Input, IntegerMatrix Matrix)
    : IntegerOperation(Name, Output)
{
    /// <summary>What the matrix sees of several rows where no WindowOperation gathers them before, or null.</summary>
    public ConvWindow? Window { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<IntegerBuffer> Inputs => [Input];
}

/// <summary>Linear whose result is added to a residual: Output = sat16(Residual + z). Output may be Residual (in place).</summary>
/// <param name="Name">Node name.</param>
/// <param name="Output">int16.</param>
/// <param name="Input">int8 or int16.</param>
/// <param name="Residual">int16, same shape and scale as Output.</param>
/// <param name="Matrix">The matrix.</param>
public sealed record LinearAddOperation(string Name, IntegerBuffer Output, IntegerBuffer Input, IntegerBuffer Residual, IntegerMatrix Matrix)
    : IntegerOperation(Name, Output)
{
    /// <inheritdoc/>
    public override IEnumerable<IntegerBuffer> Inputs => [Input, Residual];
}

/// <summary>Linear followed by GELU and requantization.</summary>
/// <param name="Name">Node name.</param>
/// <param name="Output">int8 or int16, with a zero point.</param>
/// <param name="Input">int8 or int16.</param>
/// <param name="Matrix">The matrix.</param>
/// <param name="Fraction">f: fraction bits of the pre-activation.</param>
/// <param name="Gain">G.</param>
/// <param name="Shift">r.</param>
public sealed record LinearGeluOperation(string Name, IntegerBuffer Output, IntegerBuffer Input, IntegerMatrix Matrix, int Fraction, int Gain, int Shift)
    : IntegerOperation(Name, Output)
{
    /// <inheritdoc/>
    public override IEnumerable<IntegerBuffer> Inputs => [Input];
}

/// <summary>Depthwise convolution over a history, then pushes the input into it.</summary>
/// <param name="Name">Node name.</param>
/// <param name="Output">int16.</param>
/// <param name="Input">int16.</param>
/// <param name="History">Taps - 1 past rows of the input.</param>
/// <param name="Taps">Kernel size.</param>
/// <param name="Weight">[tap][channel], the last tap is the newest.</param>
/// <param name="Bias">[channel].</param>
/// <param name="Multiplier">[channel].</param>
/// <param name="LeftShift">ls.</param>
public sealed record DepthwiseOperation(string Name, IntegerBuffer Output, IntegerBuffer Input, IntegerHistory History, int Taps, short[] Weight, int[] Bias, int[] Multiplier, int LeftShift)
    : IntegerOperation(Name, Output)
{
    /// <inheritdoc/>
    public override IEnumerable<IntegerBuffer> Inputs => [Input];
}

/// <summary>LayerNorm without gain and bias.</summary>
/// <param name="Name">Node name.</param>
/// <param name="Output">int8 or int16.</param>
/// <param name="Input">int16.</param>
/// <param name="Epsilon">E, at least 1.</param>
/// <param name="ScaleMantissa">Zm.</param>
/// <param name="ScaleExponent">ze.</param>
public sealed record LayerNormOperation(string Name, IntegerBuffer Output, IntegerBuffer Input, long Epsilon, uint ScaleMantissa, int ScaleExponent)
    : IntegerOperation(Name, Output)
{
    /// <inheritdoc/>
    public override IEnumerable<IntegerBuffer> Inputs => [Input];
}

/// <summary>The source-filter head: one row of head values to one hop of PCM16. Names follow native/ARITHMETIC.md sections 4 and 5.</summary>
/// <param name="Name">Node name.</param>
/// <param name="Output">int16 PCM: Rows = hops a frame, Channels = Hop.</param>
/// <param name="Input">int16 head rows.</param>
/// <param name="Constants">Constants.</param>
public sealed record SourceFilterOperation(string Name, IntegerBuffer Output, IntegerBuffer Input, SourceFilterConstants Constants)
    : IntegerOperation(Name, Output)
{
    /// <inheritdoc/>
    public override IEnumerable<IntegerBuffer> Inputs => [Input];
}

/// <summary>Constants of a source-filter head.</summary>
public sealed record SourceFilterConstants
{
    /// <summary>Window, Q31, 2 * Hop values.</summary>
    public required int[] Window { get; init; }

    /// <summary>Left knot of every bin, N/2+1 values.</summary>
    public required byte[] Knot { get; init; }

    /// <summary>Weight of the right knot, Q15, N/2+1 values.</summary>
    public required ushort[] Weight { get; init; }

    /// <summary>H: samples a hop.</summary>
    public required int Hop { get; init; }

    /// <summary>b: N = 2^b.</summary>
    public required int Log2Fft { get; init; }

    /// <summary>K.</summary>
    public required int Knots { get; init; }

    /// <summary>Whether a head row ends in u_low, v_low.</summary>
    public required bool SplitRows { get; init; }

    /// <summary>mag_lo, Q10.</summary>
    public required int MagnitudeLow { get; init; }

    /// <summary>mag_hi, Q10.</summary>
    public required int MagnitudeHigh { get; init; }

    /// <summary>u_lo, Q14.</summary>
    public required int PitchLow { get; init; }

    /// <summary>u_hi, Q14.</summary>
    public required int PitchHigh { get; init; }

    /// <summary>c20.</summary>
    public required int PitchBase { get; init; }

    /// <summary>kh.</summary>
    public required int SlopeScale { get; init; }

    /// <summary>lim.</summary>
    public required uint HarmonicLimit { get; init; }

    /// <summary>nmax.</summary>
    public required int HarmonicMax { get; init; }

    /// <summary>dmin.</summary>
    public required int DirichletMin { get; init; }

    /// <summary>Noise generator seed.</summary>
    public required uint NoiseSeed { get; init; }
}
