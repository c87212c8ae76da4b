namespace Qwen3Tokenizer.Edge.Benchmarks.Quality;

/// <summary>How many tokens of two clips are the same, layer by layer.</summary>
/// <param name="Frames">Frames compared.</param>
/// <param name="Equal">Equal tokens of each layer.</param>
public sealed record TokenAgreement(int Frames, IReadOnlyList<int> Equal)
{
    /// <summary>Compares two clips of the same length and layers.</summary>
    /// <exception cref="ArgumentException">They have other frames or layers.</exception>
    public static TokenAgreement Of(TokenClip a, TokenClip b)
    {
        if ((a.Frames, a.Layers) != (b.Frames, b.Layers))
        {
            throw new ArgumentException($"{a.Frames} frames of {a.Layers} layers cannot be compared with {b.Frames} of {b.Layers}.", nameof(b));
        }

        var equal = new int[a.Layers];
        for (int f = 0; f < a.Frames; f++)
        {
            for (int l = 0; l < equal.Length; l++)
            {
                equal[l] += a[f, l] == b[f, l] ? 1 : 0;
            }
        }

        return new TokenAgreement(a.Frames, equal);
    }

    /// <summary>Share of equal tokens of each layer over several clips.</summary>
    public static double[] Shares(IReadOnlyList<TokenAgreement> clips) =>
        [.. Enumerable.Range(0, clips[0].Equal.Count).Select(l => (double)clips.Sum(c => c.Equal[l]) / clips.Sum(c => c.Frames))];
}
