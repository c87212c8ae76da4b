using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>The card of a trained model, in Markdown: what it is, what it was trained on and how, how good it is, where it ends (after Mitchell et al., "Model Cards for Model Reporting", 2019).</summary>
public static class ModelCard
{
    /// <summary>Writes the card of a model whose files lie in their place.</summary>
    /// <param name="facts">The run.</param>
    /// <param name="state">How far it is.</param>
    /// <param name="figures">Figures on held-out clips; null while the run goes on.</param>
    /// <exception cref="ModelFormatException">The model is not in its place.</exception>
    public static string Write(RunFacts facts, RunState state, IReadOnlyList<HeldOutFigures>? figures)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(state);
        EdgeModelConfig config = EdgeModelConfig.Load(Path.ChangeExtension(facts.Output, ".json"));
        var card = new StringBuilder();
        card.Append(CultureInfo.InvariantCulture, $"# {Markdown.Text(Path.GetFileNameWithoutExtension(facts.Output))}\n\n{Capital(Markdown.Text(facts.What))}; made by q3edge.");
        if (figures is null)
        {
            card.Append(" **The run is not finished**: these are the weights of its last checkpoint.");
        }

        card.Append("\n\n## Model\n\n");
        Markdown.Table(card, ["", ""], Shape(facts, config));
        foreach (string origin in facts.Origins)
        {
            card.Append("- ").Append(Markdown.Text(origin)).Append('\n');
        }

        card.Append(facts.Origins.Count > 0 ? "\n" : "");
        Data(card, facts);
        card.Append("## Training\n\n");
        Markdown.Table(card, ["", ""], [["steps", $"{Text(state.Step)} of {(state.Steps == int.MaxValue ? "a number not known yet" : Text(state.Steps))}"], ["minutes", Text(state.Seconds / 60, "0.0")],
            .. facts.Settings.Select(s => new[] { Markdown.Text(s.Name), Markdown.Text(s.Value) })]);
        Codes(card, facts);
        Quality(card, figures);
        card.Append("""
            ## Limits

            - Speech only: one voice with one pitch at a time, not music, not two people at once, and worse with noise behind the voice.
            - The figures are measured, not heard: no listening test was made, and none of them says how natural the speech is.
            - They are of the 32-bit float decoder; what integers cost is in the report of `q3edge build`.
            - Languages, voices and rooms that the sources above do not have were not judged.
            - Tokens are speech: whoever holds them and this model can hear it.

            """.ReplaceLineEndings("\n"));
        return card.ToString();
    }

    private static IEnumerable<string[]> Shape(RunFacts facts, EdgeModelConfig config)
    {
        string weights = Path.ChangeExtension(facts.Output, ".safetensors");
        using SafetensorsFile file = SafetensorsFile.Open(weights);
        using FileStream stream = File.OpenRead(weights);
        yield return ["kind", config.CanEncode ? "codec: encoder, codebooks and decoder" : "decoder; tokens come from " + Markdown.Text(config.TokensFrom!)];
        if (facts.Teacher is { } teacher)
        {
            yield return ["teacher", $"{Markdown.Text(teacher.Facts.Name)}, weights SHA-256 `{teacher.Hash}`"];
        }

        yield return ["speech", $"{Text(config.SampleRate / 1000.0, "0.###")} kHz, mono"];
        yield return ["tokens", $"{Text(config.TokenRate, "0.##")} frames a second, {Layers(config)} of {Text(config.CodebookSize)} codes ({Text(config.BitsPerCode)} bits)"];
        yield return ["bit rate", config.MinLayers == config.NumQuantizers ? $"{BitRate(config, config.NumQuantizers)} bit/s" : $"{BitRate(config, config.MinLayers)} to {BitRate(config, config.NumQuantizers)} bit/s"];
        yield return ["parameters", Text(file.Tensors.Values.Sum(t => t.Elements), "N0")];
        yield return ["decoder", $"{Text(config.Decoder.Blocks1)} blocks of {Text(config.Decoder.Dim1)} channels, {Text(config.Decoder.Blocks2)} of {Text(config.Decoder.Dim2)}"];
        if (config.Encoder is { } encoder)
        {
            yield return ["encoder", $"{Text(encoder.Blocks1)} blocks of {Text(encoder.Dim1)} channels, {Text(encoder.Blocks2)} of {Text(encoder.Dim2)}; latent of {Text(encoder.LatentDim)}"];
        }

        yield return ["delay", $"{Text(1000.0 * config.DelaySamples / config.SampleRate, "0.#")} ms"];
        yield return ["token space", $"`{config.Space}`"];
        yield return ["weights", $"{Text(stream.Length, "N0")} bytes, SHA-256 `{Convert.ToHexStringLower(SHA256.HashData(stream))}`"];
    }

    private static void Data(StringBuilder card, RunFacts facts)
    {
        IReadOnlyList<TrainingData> data = facts.Data;
        card.Append(CultureInfo.InvariantCulture, $"## Data\n\nTrained on the corpus {Markdown.Text(facts.CorpusName)} (SHA-256 `{facts.Corpus.Hash}`){string.Concat(facts.Further.Select(c => $", on one of {Markdown.Text(string.Join(", ", c.Recordings.Select(r => r.Voice).Distinct().Take(4)))} (`{c.Hash}`)"))}: {data.Sum(d => d.Minutes):0.0} minutes of recordings{(data.Any(d => d.VariedMinutes > 0) ? $" and {data.Sum(d => d.VariedMinutes):0.0} minutes of copies of them at other speeds" : "")}.");
        if (facts.Voices.Count > 0)
        {
            card.Append(CultureInfo.InvariantCulture, $" Only voices whose names begin with {string.Join(" or ", facts.Voices.Select(Markdown.Text))}.");
        }

        card.Append("\n\n");
        Markdown.Table(card, ["source", "authors", "licence", "#recordings", "#minutes", "#copies, minutes"], data.Select(d => (string[])[
            Markdown.Text(d.Version.Length > 0 ? $"{d.Package} {d.Version}" : d.Package) + (d.Synthetic ? " *(synthesised)*" : ""), Markdown.Text(d.Authors), Markdown.Text(d.Licence),
            Text(d.Recordings), Text(d.Minutes, "0.0"), Text(d.VariedMinutes, "0.0")]));
        card.Append("## Licence\n\n");
        foreach (string note in LicenceNotes.Of(data))
        {
            card.Append("- ").Append(note).Append('\n');
        }

        card.Append('\n');
    }

    private static void Codes(StringBuilder card, RunFacts facts)
    {
        if (facts.CodeTablePath is not { } path || !File.Exists(path))
        {
            return;
        }

        var table = CodeTable.Read(path);
        card.Append(CultureInfo.InvariantCulture, $"## Codes\n\nHow well the encoder writes the teacher's codes of speech that the corpus holds out, {Text(table.Frames, "N0")} frames; each layer after the teacher's codes of the layers before, but the last column, which is the encoder's own search.\n\n");
        Markdown.Table(card, ["#layer", "#entropy of the codes, bits", "#cross-entropy, bits", "#likeliest code right, %", "#written right, %"], table.Layers.Select((l, i) => (string[])[
            Text(i + 1), Text(l.Entropy, "0.00"), Text(l.CrossEntropy, "0.00"), Text(100 * l.Likeliest, "0.0"), Text(100 * l.Written, "0.0")])
            .Append(["mean", Text(table.Entropy, "0.00"), Text(table.CrossEntropy, "0.00"), Text(100 * table.Layers.Average(l => l.Likeliest), "0.0"), Text(100 * table.Written, "0.0")]));
    }

    private static void Quality(StringBuilder card, IReadOnlyList<HeldOutFigures>? all)
    {
        card.Append("## Quality\n\n");
        if (all is null || all[0].Clips.Count == 0)
        {
            card.Append(all is null ? "Measured when the run ends.\n\n" : "Not measured: the corpus holds out no voice of 1.5 seconds that may be used.\n\n");
            return;
        }

        HeldOutFigures last = all[^1];
        card.Append(CultureInfo.InvariantCulture, $"Means over {last.Clips.Count} clips that the corpus holds out ({last.Clips.Sum(c => c.Seconds):0} s), at {last.Rate / 1000.0:0.###} kHz, with 95 % bootstrap intervals; tokens and speech in 32-bit float.\n\n");
        foreach (HeldOutFigures figures in all)
        {
            card.Append(CultureInfo.InvariantCulture, $"Decoding {figures.Tokens} tokens:\n\n");
            Markdown.Table(card, ["#layers", "#STOI", "#log-spectral distance, dB", "#log-mel distance (L1), Np", "#pitch error (median), cents", "#off by > 200 cents, %", "#voicing errors, %"], figures.Layers.Select(l => (string[])[
                Text(l.Layers), Interval(l.Mean(q => q.Stoi), 1, "0.000"), Interval(l.Mean(q => q.LogSpectralDistanceDb), 1, "0.00"), Interval(l.Mean(q => q.MelDistance), 1, "0.000"),
                Interval(l.Mean(q => q.PitchMedianCents), 1, "0.0"), Interval(l.Mean(q => q.PitchGrossErrorRate), 100, "0.0"), Interval(l.Mean(q => q.VoicingErrorRate), 100, "0.0")]));
        }

        card.Append(CultureInfo.InvariantCulture, $"The clips, none of which was trained on, at most their first 8 seconds, with STOI at {Count(last.Layers[^1].Layers, "layer")} of {last.Tokens} tokens:\n\n");
        SpeechQuality[] best = last.Layers[^1].Clips;
        Markdown.Table(card, ["clip", "voice", "language", "licence", "#seconds", "#STOI"], last.Clips.Select((c, i) => (string[])[
            Markdown.Text(c.Name) + (c.Recording.Synthetic ? " *(synthesised)*" : ""), Markdown.Text(c.Recording.Voice), Markdown.Text(c.Recording.Language), Markdown.Text(c.Recording.Licence),
            Text(c.Seconds, "0.0"), best[i].Stoi is { } stoi ? Text(stoi, "0.00") : "–"]));
    }

    private static string Interval(MeanInterval mean, double factor, string format) =>
        mean.Count == 0 ? "–" : $"{Text(factor * mean.Mean, format)} ({Text(factor * mean.Low, format)} to {Text(factor * mean.High, format)})";

    private static string Layers(EdgeModelConfig config) =>
        config.MinLayers == config.NumQuantizers ? Count(config.NumQuantizers, "layer") : $"{Text(config.MinLayers)} to {Count(config.NumQuantizers, "layer")}";

    private static string BitRate(EdgeModelConfig config, int layers) => Text(layers * config.BitsPerCode * config.TokenRate, "0.#");

    private static string Count(int number, string what) => $"{Text(number)} {what}{(number == 1 ? "" : "s")}";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Text(IFormattable value, string? format = null) => value.ToString(format, CultureInfo.InvariantCulture);
}
