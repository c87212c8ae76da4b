namespace Qwen3Tokenizer.Edge.Compiler.Lowering;

/// <summary>Where 8 bits are enough.</summary>
public sealed record LoweringOptions
{
    /// <summary>An activation takes 16 bits where the measured SQNR of the best 8-bit quantizer is below this many dB.</summary>
    public double ActivationSqnr { get; init; } = 33;

    /// <summary>The input of the head takes 16 bits where 8 would cost more than this many cents (rms) of pitch.</summary>
    public double PitchCents { get; init; } = 2;

    /// <summary>The pitch and voicing rows of the head take 16-bit weights (two int8 rows) where 8 would cost more than this many cents (rms) of pitch.</summary>
    public double PitchWeightCents { get; init; } = 1;
}
