using System.Text;
using Qwen3Tokenizer.Edge.Distillation.Training;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>The figures of a training log as curves, stage by stage.</summary>
internal static class RunCurves
{
    private static readonly (string Title, string Unit, Func<RunStatus, double> Value)[] Figures =
    [
        ("Loss", "", s => s.Loss.Total),
        ("Energy distance", "", s => s.Loss.Energy),
        ("Spectral distance", "", s => s.Loss.Distance),
        ("Pitch error", "cents", s => 1200 * s.Loss.Octaves),
        ("Voicing errors", "%", s => 100 * (1 - s.Loss.VoicingAgreement)),
        ("Voicing cross-entropy", "nats", s => s.Loss.VoicingEntropy),
        ("Commitment", "", s => s.Loss.Commitment),
        ("Code cross-entropy", "bits", s => s.Loss.CodeBits),
        ("Likeliest codes that are right", "%", s => 100 * s.Loss.CodeAgreement),
        ("Gradient norm", "", s => s.GradientNorm),
        ("Learning rate", "", s => s.LearningRate),
    ];

    /// <summary>Draws a legend and a chart for each figure that the run has.</summary>
    /// <param name="log">Lines of one or several logs, one after the other.</param>
    public static string Draw(IReadOnlyList<RunStatus> log)
    {
        (string Name, List<(double Step, RunStatus Status)> Lines)[] stages = [.. Stages(log)];
        var text = new StringBuilder("<p class=\"note stages\">");
        for (int i = 0; i < stages.Length; i++)
        {
            text.Append($"<span><i class=\"s{i % CurveChart.Colours}\"></i>{Html.Text(stages[i].Name)}</span>");
        }

        text.Append("</p>\n<div class=\"curves\">\n");
        foreach ((string title, string unit, Func<RunStatus, double> value) in Figures)
        {
            // A part of the loss that a stage does not have is 0 throughout; where all voicing is 0, none was judged.
            bool Has(List<(double Step, RunStatus Status)> lines) =>
                lines.Any(l => value(l.Status) != 0) && (!title.StartsWith("Voicing", StringComparison.Ordinal) || lines.Any(l => l.Status.Loss.VoicingEntropy != 0));
            if (stages.Any(s => Has(s.Lines)))
            {
                text.Append(CurveChart.Draw(title, unit, [.. stages.Select(s => (IReadOnlyList<(double, double)>)(Has(s.Lines) ? [.. s.Lines.Select(l => (l.Step, value(l.Status)))] : []))]));
            }
        }

        return text.Append("</div>\n").ToString();
    }

    // A stage that counts its own steps begins where the one before it ended.
    private static List<(string Name, List<(double Step, RunStatus Status)> Lines)> Stages(IReadOnlyList<RunStatus> log)
    {
        var stages = new List<(string Name, List<(double Step, RunStatus Status)> Lines)>();
        double offset = 0, last = 0;
        foreach (RunStatus status in log)
        {
            if (stages.Count == 0 || stages[^1].Name != status.Stage)
            {
                offset = status.Step + offset <= last ? last : offset;
                stages.Add((status.Stage, []));
            }

            last = status.Step + offset;
            stages[^1].Lines.Add((last, status));
        }

        return stages;
    }
}
