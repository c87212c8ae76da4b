using Qwen3Tokenizer.Edge.Models.Configuration;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>What <see cref="DistillRun"/> is to do.</summary>
/// <param name="Teacher">A model with an encoder: a built-in name, the path of an edge model's .json file, or a Qwen3-TTS-Tokenizer-12Hz folder.</param>
/// <param name="Student">A tier, or the path of a configuration in the form of an edge model's.</param>
/// <param name="Corpus">Folder of a prepared corpus.</param>
/// <param name="Output">Path of the student's .json file; its weights lie beside it, what the run needs in a folder of the same name with the ending <c>.run</c>.</param>
public sealed record DistillOptions(string Teacher, string Student, string Corpus, string Output)
{
    /// <summary>Steps; 0 to take as many as fit into <see cref="Minutes"/>.</summary>
    public int Steps { get; init; }

    /// <summary>Minutes of training that the steps should take on this machine, measured over the first of them.</summary>
    public double Minutes { get; init; } = 45;

    /// <summary>Threads: the result depends on their number, not on the machine's.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Sequences of a batch.</summary>
    public int Sequences { get; init; } = 16;

    /// <summary>Token frames of a sequence.</summary>
    public int Frames { get; init; } = 16;

    /// <summary>Peak learning rate.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Levels at which the teacher encodes the corpus, the recordings' own among them.</summary>
    public int Levels { get; init; } = 2;

    /// <summary>Whether to learn from recordings under the GPL too.</summary>
    public bool IncludeGpl { get; init; }

    /// <summary>Only voices whose names begin with one of these; all when empty.</summary>
    public IReadOnlyList<string> Voices { get; init; } = [];

    /// <summary>Steps of a line in the log.</summary>
    public int LogEvery { get; init; } = 50;

    /// <summary>Where a full-size teacher computes: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Told in one sentence about a choice that the user may want to know; null for nobody.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Folder for the teacher's codes.</summary>
    public string Cache { get; init; } = UserCache.Folder;

    /// <summary>A model of the same shape to begin with, instead of fresh weights; null for those.</summary>
    public string? Start { get; init; }

    /// <summary>
    /// Whether the student learns through the integers of its INT8 library: all steps of a run that begins with <see cref="Start"/>, the last fifth of one that does not.
    /// </summary>
    public bool Quantize { get; init; }

    /// <summary>An alert set to be specialised to; null for none.</summary>
    public AlertFocus? Focus { get; init; }
}
