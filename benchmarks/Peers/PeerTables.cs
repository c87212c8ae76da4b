using Qwen3Tokenizer.Edge.Benchmarks.Peers.Harness;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers;

/// <summary>The tables, in Markdown.</summary>
internal static class PeerTables
{
    /// <summary>Our network alone.</summary>
    public const string OursNetwork = "ours INT8, codes to head";

    /// <summary>Our whole decoder.</summary>
    public const string OursSpeech = "ours INT8, codes to PCM";

    /// <summary>How many tokens a call has, in words.</summary>
    public static string PerCall(int tokens) => tokens == 1 ? "1 token a call" : $"{tokens} tokens a call";

    /// <summary>Codes to head at some tokens a call, and how often our speed is that of ONNX Runtime's best.</summary>
    public static void Network(TextWriter output, int tokens, IReadOnlyList<Contender> all, Contender? oneDnn, Contender peak, Dictionary<string, Deviation> deviations)
    {
        List<Contender> rows = [.. all.Where(c => c.Tokens == tokens && deviations.ContainsKey(c.Name + tokens))];
        Contender ours = rows.Single(c => c.Name == OursNetwork);
        Contender best = rows.Where(c => c != ours).MinBy(c => c.Wall)!;
        output.WriteLine($"### Codes to head, {PerCall(tokens)}");
        output.WriteLine();
        output.WriteLine("| contender | ms a call, median | shortest | processor time, median | GOP/s | share of oneDNN | share of peak | head against float, dB |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (Contender c in rows)
        {
            output.WriteLine($"| {c.Name} | {Milliseconds(c)} | {c.GigaOperations:F1} | {Share(c, oneDnn)} | {Share(c, peak)} | {deviations[c.Name + tokens].Decibels:F1} |");
        }

        if (oneDnn is not null)
        {
            output.WriteLine($"| oneDNN, the bare products alone | {Milliseconds(oneDnn)} | {oneDnn.GigaOperations:F1} | 100 % | {Share(oneDnn, peak)} | |");
        }

        output.WriteLine($"| measured peak, {peak.Name} | | | | {peak.GigaOperations:F1} | | 100 % | |");
        output.WriteLine();
        output.WriteLine($"Ours against ONNX Runtime's best ({best.Name}), {PerCall(tokens)}: **{best.Wall / ours.Wall:F2}** times as fast by the medians, {best.Best / ours.Best:F2} by the shortest, {best.Processor / ours.Processor:F2} by processor time.");
        output.WriteLine();
    }

    /// <summary>Codes to PCM against the speed of speech.</summary>
    public static void Speech(TextWriter output, IReadOnlyList<Contender> ours, double secondsPerToken)
    {
        output.WriteLine("### Codes to PCM");
        output.WriteLine();
        output.WriteLine("| tokens | ms, median | shortest | processor time, median | times real time |");
        output.WriteLine("|---|---|---|---|---|");
        foreach (Contender c in ours)
        {
            output.WriteLine($"| {c.Tokens} | {Milliseconds(c)} | {c.Tokens * secondsPerToken / c.Wall:F0} |");
        }

        output.WriteLine();
    }

    /// <summary>oneDNN's single products.</summary>
    public static void Products(TextWriter output, IReadOnlyList<(ProductShape Shape, Contender Unsigned, Contender Signed)> products, Contender peak)
    {
        if (products.Count == 0)
        {
            return;
        }

        output.WriteLine("### oneDNN, single products with warm weights");
        output.WriteLine();
        output.WriteLine("| rows | in -> out | u8 x s8, µs | GOP/s | share of peak | s8 x s8, µs | GOP/s |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        foreach ((ProductShape s, Contender u, Contender i) in products)
        {
            output.WriteLine($"| {s.Rows} | {s.Inputs} -> {s.Outputs} | {u.Wall * 1e6:F1} | {u.GigaOperations:F1} | {Share(u, peak)} | {i.Wall * 1e6:F1} | {i.GigaOperations:F1} |");
        }

        output.WriteLine();
    }

    private static string Milliseconds(Contender c) => $"{c.Wall * 1e3:F3} | {c.Best * 1e3:F3} | {c.Processor * 1e3:F3}";

    private static string Share(Contender c, Contender? whole) => whole is null ? "" : $"{c.GigaOperations / whole.GigaOperations:P0}";
}
