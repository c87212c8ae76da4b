namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>Pairs of systems whose difference says something.</summary>
internal sealed record Differences(IReadOnlyList<(SystemScores A, SystemScores B)> Pairs)
{
    /// <summary>
    /// INT8 minus float of the same model and layers; a model minus the first one that was named, with the same layers and arithmetic; and a model minus the Codec2 modes with the next higher bit rate and the next lower
    /// (for 550 bit/s 700C; for 1100 bit/s 1200 and 700C).
    /// </summary>
    public static Differences Of(IReadOnlyList<SystemScores> scores)
    {
        List<SystemScores> ours = [.. scores.Where(s => s.System.Layers > 0)], peers = [.. scores.Where(s => s.System.Layers == 0 && s.BitsPerSecond > 0).OrderBy(s => s.BitsPerSecond)];
        List<(SystemScores, SystemScores)> pairs = [];
        pairs.AddRange(
            from a in ours
            from b in ours
            where a.System.Arithmetic != b.System.Arithmetic && b.System.Arithmetic == "float" && a.System.Name == b.System.Name && a.System.Layers == b.System.Layers
            select (a, b));
        pairs.AddRange(
            from a in ours
            from b in ours
            where a.System.Name != b.System.Name && b.System.Name == ours[0].System.Name && a.System.Arithmetic == b.System.Arithmetic && a.System.Layers == b.System.Layers
            select (a, b));

        // One arithmetic is enough beside the peers: the board's, where it is measured.
        string arithmetic = ours.Exists(s => s.System.Arithmetic == "INT8") ? "INT8" : "float";
        foreach (SystemScores a in ours.Where(s => s.System.Arithmetic == arithmetic))
        {
            pairs.AddRange(((SystemScores?[])[peers.Find(p => p.BitsPerSecond >= a.BitsPerSecond), peers.FindLast(p => p.BitsPerSecond < a.BitsPerSecond)]).OfType<SystemScores>().Select(b => (a, b)));
        }

        return new Differences(pairs);
    }
}
