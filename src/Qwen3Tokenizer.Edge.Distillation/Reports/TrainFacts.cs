using System.Globalization;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Configuration;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>The facts of a <see cref="TrainRun"/>.</summary>
internal static class TrainFacts
{
    /// <summary>Collects them.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="config">The codec's shape.</param>
    /// <param name="corpus">The corpus.</param>
    /// <param name="log">Its log.</param>
    public static RunFacts Of(TrainOptions options, EdgeModelConfig config, SpeechCorpus corpus, string log) =>
        new(options.From is null ? $"codec of tier {DistillFacts.Name(options.Config)}" : $"codec trained further from {DistillFacts.Name(options.From)}", options.Output, config, corpus, r => !r.HeldOut && (options.IncludeGpl || !r.Gpl))
        {
            Settings =
            [
                (options.Steps == 0 ? "minutes asked for" : "steps asked for", Text(options.Steps == 0 ? options.Minutes : options.Steps)),
                ("threads", Text(options.Threads)),
                ("seed", Text(options.Seed)),
                ("sequences of a batch", Text(options.Sequences)),
                ("token frames of a sequence", Text(options.Frames)),
                .. options.From is null ? [] : new[] { ("trained further from", $"{DistillFacts.Name(options.From)}, token space {config.Space}: what that was trained on and for how long is in its own card") },
                ("weight of the pitch", Text(options.PitchWeight)),
                .. options.Plan.Stages.Select(s => ($"stage {s.Name}", string.Create(CultureInfo.InvariantCulture, $"{100 * s.Share:0} % of the steps, learning rate {s.LearningRate} to {s.FinalRate}"))),
                ("recordings under the GNU GPL", options.IncludeGpl ? "included" : "left out"),
            ],
            Logs = [log],
            IncludeGpl = options.IncludeGpl,
            Threads = options.Threads,
        };

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
