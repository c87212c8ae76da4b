using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Models.Configuration;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>What is known of a run before it begins: what its report and its model's card say besides how it went.</summary>
/// <param name="What">What it makes, such as "decoder of tier meter, distilled from edge-light".</param>
/// <param name="Output">Path of the model's .json file.</param>
/// <param name="Config">The model's shape.</param>
/// <param name="Corpus">What it learns from.</param>
/// <param name="Uses">Whether it trains on a recording.</param>
public sealed record RunFacts(string What, string Output, EdgeModelConfig Config, SpeechCorpus Corpus, Func<Recording, bool> Uses)
{
    /// <summary>Further corpora that the run learns from, such as those of an alert set.</summary>
    public IReadOnlyList<SpeechCorpus> Further { get; init; } = [];

    /// <summary>What the run learns from, source by source, that of the general corpus first.</summary>
    public IReadOnlyList<TrainingData> Data => [.. TrainingData.Of(Corpus, Uses), .. Further.SelectMany(c => TrainingData.Of(c, r => IncludeGpl || !r.Gpl))];

    /// <summary>Settings by name.</summary>
    public required IReadOnlyList<(string Name, string Value)> Settings { get; init; }

    /// <summary>The model whose tokens it learns; null where it makes tokens of its own.</summary>
    public ITeacher? Teacher { get; init; }

    /// <summary>Whether its own encoder learns to write the teacher's tokens.</summary>
    public bool Writes => CodeTablePath is not null;

    /// <summary>What else the weights come from, in sentences: models to begin with, parts taken over.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary>Logs of its stages in their order, those of other folders first; one that does not exist yet is left out.</summary>
    public required IReadOnlyList<string> Logs { get; init; }

    /// <summary>Whether recordings under the GNU GPL take part.</summary>
    public bool IncludeGpl { get; init; }

    /// <summary>Beginnings of the names of the voices that it is made for; all when empty.</summary>
    public IReadOnlyList<string> Voices { get; init; } = [];

    /// <summary>Where the table of the codes that its encoder has learnt to write will lie (<see cref="Training.CodeTable"/>); null where it has learnt none.</summary>
    public string? CodeTablePath { get; init; }

    /// <summary>Threads.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The card's path: beside the model.</summary>
    public string CardPath => CardPathOf(Output);

    /// <summary>The report's path: in the run's folder.</summary>
    public string ReportPath => Path.Combine(Path.ChangeExtension(Output, ".run"), "report.html");

    /// <summary>Name of the corpus: its folder's, without where that lies.</summary>
    public string CorpusName => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Corpus.Folder)));

    /// <summary>Where the card of a model lies.</summary>
    /// <param name="modelPath">Path of one of the model's files.</param>
    public static string CardPathOf(string modelPath) => Path.ChangeExtension(modelPath, ".card.md");
}
