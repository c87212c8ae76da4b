using Qwen3Tokenizer.Edge.Distillation.Engine;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>How a stage of training goes.</summary>
/// <param name="Steps">Steps of the stage.</param>
/// <param name="Sequences">Sequences of a batch.</param>
/// <param name="Frames">Token frames (80 ms) of a sequence.</param>
/// <param name="LearningRate">Peak learning rate.</param>
/// <param name="FinalRate">Learning rate at the end of the stage.</param>
/// <param name="WarmUp">Steps over which the rate rises from zero.</param>
/// <param name="Seed">Seed of everything random.</param>
/// <param name="Optimizer">Settings of the optimizer.</param>
public sealed record TrainingSettings(int Steps, int Sequences, int Frames, double LearningRate, double FinalRate, int WarmUp, ulong Seed, AdamWSettings Optimizer)
{
    /// <summary>Part of what a run is: counts up when a release computes another loss from the same settings, so that no checkpoint of the old one is gone on with.</summary>
    public const string LossRevision = "loss-2";

    /// <summary>Whether the loss hears the noise of voiced rows through <see cref="VoicedNoiseNode"/>.</summary>
    public bool VoicedNoise { get; init; }

    /// <summary>What the pitch counts in the loss (<see cref="Losses.PitchLoss"/>).</summary>
    public double PitchWeight { get; init; } = Losses.PitchLoss.DefaultPitchWeight;

    /// <summary>The learning rate of a step: a linear rise, then half a cosine down to <see cref="FinalRate"/> (Loshchilov and Hutter 2017).</summary>
    /// <param name="step">0..<see cref="Steps"/>-1.</param>
    public double RateAt(long step)
    {
        double share = Math.Clamp((double)step / Steps, 0, 1), cosine = 0.5 + (0.5 * Math.Cos(Math.PI * share));
        return ((FinalRate + ((LearningRate - FinalRate) * cosine)) * Math.Min(1, (step + 1.0) / Math.Max(1, WarmUp)));
    }
}
