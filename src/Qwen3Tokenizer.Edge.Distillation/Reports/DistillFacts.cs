using System.Globalization;
using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Configuration;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>The facts of a <see cref="DistillRun"/>.</summary>
internal static class DistillFacts
{
    /// <summary>Collects them.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="teacher">The teacher.</param>
    /// <param name="config">The student's shape.</param>
    /// <param name="speech">What it learns from.</param>
    /// <param name="logs">Logs of its stages.</param>
    /// <param name="codes">Where the table of the codes that its encoder has learnt to write lies; null where it has learnt none.</param>
    public static RunFacts Of(DistillOptions options, ITeacher teacher, EdgeModelConfig config, TrainingSpeech speech, IReadOnlyList<string> logs, string? codes) =>
        new($"{(codes is null ? "decoder" : "codec")} of tier {Name(options.Student)}, distilled from {Name(options.Teacher)}", options.Output, config, speech.General, speech.Uses)
        {
            Further = [.. speech.Corpora.Skip(1)],
            Settings = [.. Settings(options), .. Focus(options, speech)],
            Teacher = teacher,
            Origins = [.. Origins(options, config, codes is not null)],
            CodeTablePath = codes,
            Logs = logs,
            IncludeGpl = options.IncludeGpl,
            Voices = options.Voices,
            Threads = options.Threads,
        };

    /// <summary>A tier or built-in name as it is, a path without where the file lies.</summary>
    public static string Name(string nameOrPath) => Path.GetFileName(nameOrPath);

    private static (string, string)[] Settings(DistillOptions options) =>
    [
        (options.Steps == 0 ? "minutes asked for" : "steps asked for", Text(options.Steps == 0 ? options.Minutes : options.Steps)),
        ("threads", Text(options.Threads)),
        ("seed", Text(options.Seed)),
        ("sequences of a batch", Text(options.Sequences)),
        ("token frames of a sequence", Text(options.Frames)),
        ("peak learning rate", options.LearningRate.ToString("0.######", CultureInfo.InvariantCulture)),
        ("levels at which the teacher encodes", Text(options.Levels)),
        ("through the integers of the INT8 library", options.Quantize ? options.Start is null ? "the last fifth, at a tenth of the learning rate" : "all of it, at a tenth of the learning rate" : "no"),
        ("learns to sound like", options.TeacherWaves ? "the teacher's own decoder" : "the recordings"),
        ("voices", options.Voices.Count == 0 ? "all" : string.Join(", ", options.Voices)),
        ("recordings under the GNU GPL", options.IncludeGpl ? "included" : "left out"),
    ];

    private static IEnumerable<(string, string)> Focus(DistillOptions options, TrainingSpeech speech)
    {
        if (options.Focus is { } focus)
        {
            yield return ("specialised to the alerts", Name(focus.Alerts));
            yield return ("sequences from the alerts", focus.AlertShare.ToString("0.##", CultureInfo.InvariantCulture));
            yield return ("sequences from more of their voice", (speech.Corpora.Count > 2 ? focus.VoiceShare : 0).ToString("0.##", CultureInfo.InvariantCulture));
        }
    }

    private static IEnumerable<string> Origins(DistillOptions options, EdgeModelConfig config, bool writes)
    {
        if (options.Start is { } start)
        {
            yield return $"The weights began as those of {Name(start)}; what that model was trained on is stated with it and not below.";
        }
        else if (writes)
        {
            yield return "Encoder and codebooks have learnt to write the teacher's codes; the codebooks began as the principal components of the teacher's.";
        }
        else if (config.Embeddings is not null)
        {
            yield return "The embeddings of the codes began as the principal components of the teacher's codebooks.";
        }
        else
        {
            yield return $"{(config.CanEncode ? "Front-end, encoder and codebooks are" : "The codebooks are")} the teacher's, unchanged.";
        }

        yield return "What the teacher was trained on is stated with the teacher and not below.";
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
