namespace Qwen3Tokenizer.Edge.Compiler.Lowering;

/// <summary>Where 8 bits are enough.</summary>
public sealed record LoweringOptions
{
    /// <summary>
    /// An activation takes 16 bits where the measured SQNR of the best 8-bit quantizer is below this many dB. At 25 dB and above, 8 bits in every block changed neither STOI nor
    /// log-spectral distance on the held-out clips (benchmarks/RESULTS.md).
    /// </summary>
    public double ActivationSqnr { get; init; } = 25;

    /// <summary>
    /// The same for the matrices of a full-size decoder at up to 50 Hz: they are a fifteenth of its work, and every stage behind them makes their noise louder (benchmarks/RESULTS.md).
    /// </summary>
    public double SlowActivationSqnr { get; init; } = 50;

    /// <summary>How the step of an 8-bit activation is chosen.</summary>
    public ActivationRange Range { get; init; }

    /// <summary>Whether biases make up for what rounding moves the means of outputs by (<see cref="Calibration.BiasCorrection"/>).</summary>
    public bool CorrectBiases { get; init; }

    /// <summary>What is added to the biases of convolutions, by node name.</summary>
    public IReadOnlyDictionary<string, float[]> BiasShifts { get; init; } = new Dictionary<string, float[]>();

    /// <summary>The input of the head takes 16 bits where 8 would cost more than this many cents (rms) of pitch.</summary>
    public double PitchCents { get; init; } = 2;

    /// <summary>The pitch and voicing rows of the head take 16-bit weights (two int8 rows) where 8 would cost more than this many cents (rms) of pitch.</summary>
    public double PitchWeightCents { get; init; } = 1;
}
