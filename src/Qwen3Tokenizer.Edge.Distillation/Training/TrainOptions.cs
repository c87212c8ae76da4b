namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>What <see cref="TrainRun"/> is to do.</summary>
/// <param name="Config">A tier with an encoder, or the path of a configuration in the form of an edge model's.</param>
/// <param name="Corpus">Folder of a prepared corpus.</param>
/// <param name="Output">Path of the model's .json file; its weights lie beside it, what the run needs in a folder of the same name with the ending <c>.run</c>.</param>
public sealed record TrainOptions(string Config, string Corpus, string Output)
{
    /// <summary>A codec of an earlier run, by the path of its .json file, that this one makes better; null for a new one. The configuration is then that codec's.</summary>
    public string? From { get; init; }

    /// <summary>What the pitch counts in the loss.</summary>
    public double PitchWeight { get; init; } = Losses.PitchLoss.DefaultPitchWeight;

    /// <summary>Steps of all stages; 0 to take as many as fit into <see cref="Minutes"/>.</summary>
    public int Steps { get; init; }

    /// <summary>Minutes of training that the steps should take on this machine, measured over the first of them.</summary>
    public double Minutes { get; init; } = 75;

    /// <summary>Threads: the result depends on their number, not on the machine's.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Sequences of a batch.</summary>
    public int Sequences { get; init; } = 12;

    /// <summary>Token frames of a sequence.</summary>
    public int Frames { get; init; } = 16;

    /// <summary>Steps of a line in the log.</summary>
    public int LogEvery { get; init; } = 50;

    /// <summary>The stages.</summary>
    public TrainPlan Plan => From is null ? TrainPlan.Fresh : TrainPlan.Further;

    /// <summary>Whether to learn from recordings under the GPL too.</summary>
    public bool IncludeGpl { get; init; }
}
