namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>The stages of a <see cref="TrainRun"/>, one after the other.</summary>
/// <param name="Stages">The stages; their shares add up to 1.</param>
public sealed record TrainPlan(IReadOnlyList<TrainStage> Stages)
{
    private const double JointCost = 1.5, DecoderCost = 1.1;

    /// <summary>A new codec: without the quantizer; joint; the decoder alone on the final tokens, which other decoders then can share.</summary>
    public static TrainPlan Fresh { get; } = new(
    [
        new("autoencoder", 0.16, 1.2e-3, 1.2e-3, 200, Quantized: false, FrozenTokens: false, VoicedNoise: false, 1),
        new("joint", 0.44, 1.2e-3, 0.3e-3, 100, Quantized: true, FrozenTokens: false, VoicedNoise: false, JointCost),
        new("decoder", 0.40, 0.7e-3, 1e-5, 100, Quantized: true, FrozenTokens: true, VoicedNoise: true, DecoderCost),
    ]);

    /// <summary>A codec that exists, further: its tokens change once more, then its decoder learns them.</summary>
    public static TrainPlan Further { get; } = new(
    [
        new("joint", 0.52, 0.9e-3, 0.2e-3, 200, Quantized: true, FrozenTokens: false, VoicedNoise: true, JointCost),
        new("decoder", 0.48, 0.6e-3, 1e-5, 100, Quantized: true, FrozenTokens: true, VoicedNoise: true, DecoderCost),
    ]);

    /// <summary>Time of a run's mean step, as a multiple of the first stage's.</summary>
    public double MeanCost => Stages.Sum(s => s.Share * s.Cost) / Stages[0].Cost;

    /// <summary>The first step of every stage, and the number of all.</summary>
    /// <param name="steps">Steps of all stages.</param>
    public int[] Borders(int steps)
    {
        var borders = new int[Stages.Count + 1];
        double share = 0;
        for (int i = 0; i < Stages.Count; i++)
        {
            share += Stages[i].Share;
            borders[i + 1] = i == Stages.Count - 1 || steps == int.MaxValue ? steps : (int)Math.Round(share * steps);
        }

        return borders;
    }
}
