namespace Qwen3Tokenizer.Edge.Benchmarks.Quality;

/// <summary>Which frames of a clip are lost: seeded, the same on every machine.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Start">Probability that a loss begins at a frame that is not in one.</param>
/// <param name="Length">Frames of a loss.</param>
public sealed record LossPattern(string Name, double Start, int Length)
{
    private const int Warmup = 16;

    public static IReadOnlyList<LossPattern> All { get; } =
        [new("5 %", 0.05, 1), new("10 %", 0.10, 1), new("20 %", 0.20, 1), new("bursts of 3", 0.1 / 3, 3)];

    /// <summary>True where a frame is lost.</summary>
    public bool[] Of(int frames, int seed)
    {
        var lost = new bool[frames];
        uint state = (uint)seed;
        for (int t = -Warmup; t < frames; t++)
        {
            // Numerical Recipes' generator, as the noise source has it; the first values of neighbouring seeds are alike.
            state = unchecked((state * 1664525) + 1013904223);
            if (t >= 0 && (state >> 8) < Start * (1 << 24))
            {
                for (int end = Math.Min(frames, t + Length); t < end; t++)
                {
                    lost[t] = true;
                }

                t--;
            }
        }

        return lost;
    }
}
