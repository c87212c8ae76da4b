namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>A stage of <see cref="TrainRun"/>.</summary>
/// <param name="Name">Its name in logs.</param>
/// <param name="Share">Its share of the steps.</param>
/// <param name="LearningRate">Learning rate at its beginning.</param>
/// <param name="FinalRate">Learning rate at its end.</param>
/// <param name="WarmUp">Steps over which the rate rises.</param>
/// <param name="Quantized">Whether the quantizer takes part.</param>
/// <param name="FrozenTokens">Whether encoder and codebooks stay as they are; the noise of voices is then learnt as it is to be played (<see cref="VoicedNoiseNode"/>).</param>
/// <param name="Cost">Time of a step, as a multiple of the first stage's: about what a run of 30,000 steps on two cores took, to tell minutes from steps.</param>
public sealed record TrainStage(string Name, double Share, double LearningRate, double FinalRate, int WarmUp, bool Quantized, bool FrozenTokens, double Cost)
{
    /// <summary>Without the quantizer; joint; the decoder alone on the final tokens, which other decoders then can share.</summary>
    public static IReadOnlyList<TrainStage> All { get; } =
    [
        new("autoencoder", 0.16, 1.2e-3, 1.2e-3, 200, false, false, 1),
        new("joint", 0.44, 1.2e-3, 0.3e-3, 100, true, false, 1.5),
        new("decoder", 0.40, 0.7e-3, 1e-5, 100, true, true, 1.1),
    ];

    /// <summary>Time of a run's mean step, as a multiple of the first stage's.</summary>
    public static double MeanCost => All.Sum(s => s.Share * s.Cost);

    /// <summary>The first step of every stage, and the number of all.</summary>
    /// <param name="steps">Steps of all stages.</param>
    public static int[] Borders(int steps)
    {
        var borders = new int[All.Count + 1];
        double share = 0;
        for (int i = 0; i < All.Count; i++)
        {
            share += All[i].Share;
            borders[i + 1] = i == All.Count - 1 || steps == int.MaxValue ? steps : (int)Math.Round(share * steps);
        }

        return borders;
    }
}
