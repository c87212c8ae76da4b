namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>A stage of <see cref="TrainRun"/>.</summary>
/// <param name="Name">Its name in logs.</param>
/// <param name="Share">Its share of the steps.</param>
/// <param name="LearningRate">Learning rate at its beginning.</param>
/// <param name="FinalRate">Learning rate at its end.</param>
/// <param name="WarmUp">Steps over which the rate rises.</param>
/// <param name="Quantized">Whether the quantizer takes part.</param>
/// <param name="FrozenTokens">Whether encoder and codebooks stay as they are.</param>
/// <param name="VoicedNoise">Whether the noise of voices is learnt as it is to be played (<see cref="VoicedNoiseNode"/>).</param>
/// <param name="Cost">Time of a step, as a multiple of the autoencoder's: about what a run of 30,000 steps on two cores took, to tell minutes from steps.</param>
public sealed record TrainStage(string Name, double Share, double LearningRate, double FinalRate, int WarmUp, bool Quantized, bool FrozenTokens, bool VoicedNoise, double Cost);
