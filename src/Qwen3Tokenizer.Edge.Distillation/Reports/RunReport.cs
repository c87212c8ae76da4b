using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>What a run leaves for people: its report, written anew at every checkpoint, and the card of its model. Each file appears whole or not at all.</summary>
/// <param name="facts">The run.</param>
public sealed class RunReport(RunFacts facts)
{
    /// <summary>The run goes on, or was stopped: writes the report and, with a model, its card.</summary>
    /// <param name="state">How far it is.</param>
    /// <param name="model">Whether the run's model lies in its place; another run's may, too, which gets no card.</param>
    public void Checkpoint(RunState state, bool model)
    {
        ArgumentNullException.ThrowIfNull(state);
        WriteWhole(facts.ReportPath, RunPage.Draw(facts, state, null));
        if (model)
        {
            WriteWhole(facts.CardPath, ModelCard.Write(facts, state, null));
        }
    }

    /// <summary>The run has ended and its model lies in its place: measures it on clips that the corpus holds out, and writes both for good.</summary>
    /// <param name="state">How far it came.</param>
    /// <param name="progress">Told the stage and the share done.</param>
    /// <param name="cancel">Stops between clips, and leaves both as <see cref="Checkpoint"/> does: the same run, started again, measures again.</param>
    public void End(RunState state, IProgress<(string Stage, double Done)>? progress = null, CancellationToken cancel = default)
    {
        // The report first: whoever waits sees that training is over.
        Checkpoint(state, model: true);
        IReadOnlyList<HeldOutClip> clips = HeldOutClip.Pick(facts.Corpus, facts.IncludeGpl, facts.Voices);
        try
        {
            EdgeModel model = EdgeModel.Load(facts.Output);
            var figures = new List<HeldOutFigures>();
            if (facts.Teacher is { } teacher)
            {
                figures.Add(Measure(model, teacher, "the teacher's"));
            }

            if (facts.Teacher is null || facts.Writes)
            {
                using var own = new EdgeTeacher(facts.Output);
                figures.Add(Measure(model, own, "its own"));
            }

            WriteWhole(facts.ReportPath, RunPage.Draw(facts, state, figures));
            WriteWhole(facts.CardPath, ModelCard.Write(facts, state, figures));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Nothing is lost but the figures.
        }

        HeldOutFigures Measure(EdgeModel model, ITeacher encoder, string tokens) =>
            HeldOutFigures.Measure(model, encoder, tokens, clips, SamplePanels.MostClips, facts.Threads, done => progress?.Report(($"Measuring held-out clips with {tokens} tokens", done)), cancel);
    }

    private static void WriteWhole(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string temporary = path + ".tmp";
        File.WriteAllText(temporary, text);
        File.Move(temporary, path, overwrite: true);
    }
}
