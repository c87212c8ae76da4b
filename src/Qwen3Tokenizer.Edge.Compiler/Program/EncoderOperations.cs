namespace Qwen3Tokenizer.Edge.Compiler.Program;

/// <summary>The log-mel front-end: one hop of PCM16 to a row of normalized values (native/ARITHMETIC.md, section 7.1).</summary>
/// <param name="Name">Node name.</param>
/// <param name="Output">int16: one row per hop, one value per band.</param>
/// <param name="Constants">Constants.</param>
public sealed record FrontEndOperation(string Name, IntegerBuffer Output, FrontEndConstants Constants)
    : IntegerOperation(Name, Output)
{
    /// <inheritdoc/>
    public override IEnumerable<IntegerBuffer> Inputs => [];
}

/// <summary>Constants of a log-mel front-end; names as in native/ARITHMETIC.md, section 7.1.</summary>
public sealed record FrontEndConstants
{
    /// <summary>Window, Q31, N values.</summary>
    public required int[] Window { get; init; }

    /// <summary>First bin of every band.</summary>
    public required ushort[] First { get; init; }

    /// <summary>Bins of every band.</summary>
    public required ushort[] Count { get; init; }

    /// <summary>Weights, Q20, band after band.</summary>
    public required uint[] Weight { get; init; }

    /// <summary>Offset of every band, Q26.</summary>
    public required int[] Offset { get; init; }

    /// <summary>Multiplier of every band.</summary>
    public required int[] Gain { get; init; }

    /// <summary>Smallest band value.</summary>
    public required ulong Floor { get; init; }

    /// <summary>H: samples a hop.</summary>
    public required int Hop { get; init; }

    /// <summary>b: N = 2^b.</summary>
    public required int Log2Fft { get; init; }

    /// <summary>ls of the normalization.</summary>
    public required int LeftShift { get; init; }
}

/// <summary>Codebook search: a latent row to codes (native/ARITHMETIC.md, section 7.3).</summary>
/// <param name="Name">Node name.</param>
/// <param name="Output">The codes, one row of Layers values (16 bits, unsigned).</param>
/// <param name="Input">int16 latent, one row of Dim values.</param>
/// <param name="Table">[layer][entry][dim].</param>
/// <param name="Gain">[layer][dim].</param>
/// <param name="Half">[layer][entry].</param>
/// <param name="Step">[layer][dim].</param>
/// <param name="LeftShift">[layer].</param>
/// <param name="Layers">Layers.</param>
/// <param name="Entries">Entries per layer.</param>
/// <param name="Dim">Values of an entry.</param>
/// <param name="Shift">n.</param>
public sealed record SearchOperation(
    string Name, IntegerBuffer Output, IntegerBuffer Input, sbyte[] Table, int[] Gain, int[] Half, int[] Step, byte[] LeftShift, int Layers, int Entries, int Dim, int Shift)
    : IntegerOperation(Name, Output)
{
    /// <inheritdoc/>
    public override IEnumerable<IntegerBuffer> Inputs => [Input];
}
