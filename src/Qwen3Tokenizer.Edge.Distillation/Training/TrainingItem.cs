namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>One sequence of a batch as a source of training data fills it; the arrays are used again for the next one.</summary>
/// <param name="frames">Token frames.</param>
/// <param name="hops">Hops (head rows) of a frame.</param>
/// <param name="targetSamples">Samples of the target.</param>
/// <param name="layers">Layers of codes.</param>
public sealed class TrainingItem(int frames, int hops, int targetSamples, int layers)
{
    /// <summary>What the student should say: the samples from the centre of the first head row to the centre of the last.</summary>
    public float[] Target { get; } = new float[targetSamples];

    /// <summary>Pitch in Hz at the centres of the head rows and of one more, 0 where unvoiced.</summary>
    public float[] Pitch { get; } = new float[(frames * hops) + 1];

    /// <summary>[frames, layers], -1 for an absent layer.</summary>
    public float[] Codes { get; } = new float[frames * layers];
}

/// <summary>Fills a sequence that depends on its arguments alone; called by several threads at once.</summary>
/// <param name="seed">Seed of the run.</param>
/// <param name="step">Number of the step.</param>
/// <param name="item">Number of the sequence in its batch.</param>
/// <param name="into">Receives the sequence.</param>
public delegate void SequenceSource(ulong seed, long step, int item, TrainingItem into);
