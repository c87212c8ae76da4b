namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>What follows from the licences of what a model was trained on, and no more than is known.</summary>
internal static class LicenceNotes
{
    /// <summary>Sentences, the general one first.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<TrainingData> data)
    {
        var notes = new List<string>
        {
            "The tool gives these weights no licence: whoever trained them does, within what the recordings and models named above allow. "
            + "Whether and how far the licence of a recording reaches the weights of a model trained on it is not settled, differs between countries, and is not decided here.",
        };
        Add(notes, data, licence => Has(licence, "BY"), "attribution is asked for: name the authors in the table when you pass the weights on");
        Add(notes, data, licence => Has(licence, "SA"), "share-alike: what is adapted from the recordings has to be passed on under the same licence");
        Add(notes, data, licence => Has(licence, "NC"), "no commercial use of the recordings is permitted");
        Add(notes, data, licence => Has(licence, "ND"), "passing on adaptations of the recordings is not permitted");
        string[] gpl = [.. data.Where(d => d.Gpl).Select(d => d.Licence).Distinct(StringComparer.Ordinal)];
        notes.Add(gpl.Length > 0
            ? $"Recordings under the GNU GPL **were included** ({string.Join(", ", gpl.Select(Markdown.Text))})."
            : "No recordings under the GNU GPL were included.");
        if (data.Any(d => d.Synthetic))
        {
            notes.Add("Sources marked *synthesised* are not recordings of people: a synthesiser speaks.");
        }

        return notes;
    }

    private static void Add(List<string> notes, IReadOnlyList<TrainingData> data, Func<string, bool> asks, string what)
    {
        string[] licences = [.. data.Where(d => asks(d.Licence)).Select(d => d.Licence).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (licences.Length > 0)
        {
            notes.Add($"{string.Join(", ", licences.Select(Markdown.Text))}: {what}.");
        }
    }

    // Creative Commons licences name their terms between hyphens: CC-BY-NC-SA-4.0.
    private static bool Has(string licence, string term) =>
        licence.Split([' ', '(', ')', ',', ';'], StringSplitOptions.RemoveEmptyEntries)
            .Any(word => word.StartsWith("CC-", StringComparison.OrdinalIgnoreCase) && word.Split('-').Contains(term, StringComparer.OrdinalIgnoreCase));
}
