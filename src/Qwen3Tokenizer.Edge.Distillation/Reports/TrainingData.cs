using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>What a run learnt from: one source of recordings under one licence.</summary>
/// <param name="Package">The package, folder or synthesiser.</param>
/// <param name="Version">Its version; empty where it has none.</param>
/// <param name="Licence">Licence of these recordings, as the corpus states it.</param>
/// <param name="Authors">Who is to be named.</param>
/// <param name="Gpl">Whether that licence is the GNU GPL.</param>
/// <param name="Synthetic">Whether a synthesiser speaks.</param>
/// <param name="Recordings">Recordings, copies at other speeds not counted.</param>
/// <param name="Minutes">Minutes of them.</param>
/// <param name="VariedMinutes">Minutes of their copies at other speeds.</param>
public sealed record TrainingData(string Package, string Version, string Licence, string Authors, bool Gpl, bool Synthetic, int Recordings, double Minutes, double VariedMinutes)
{
    /// <summary>What of a corpus a run uses, source by source in the order of their names.</summary>
    /// <param name="corpus">The corpus.</param>
    /// <param name="uses">Whether the run trains on a recording; held-out ones never are.</param>
    public static IReadOnlyList<TrainingData> Of(SpeechCorpus corpus, Func<Recording, bool> uses)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        var sources = corpus.Sources.DistinctBy(s => s.Package).ToDictionary(s => s.Package, StringComparer.Ordinal);
        return [.. corpus.Recordings.Where(r => !r.HeldOut && uses(r)).GroupBy(r => (r.Package, r.Licence, r.Gpl, r.Synthetic))
            .OrderBy(g => g.Key.Package, StringComparer.Ordinal).ThenBy(g => g.Key.Licence, StringComparer.Ordinal)
            .Select(g => new TrainingData(
                g.Key.Package, sources[g.Key.Package].Version, g.Key.Licence, sources[g.Key.Package].Authors, g.Key.Gpl, g.Key.Synthetic,
                g.Count(r => !r.IsVaried), g.Where(r => !r.IsVaried).Sum(r => r.Seconds) / 60, g.Where(r => r.IsVaried).Sum(r => r.Seconds) / 60))];
    }
}
