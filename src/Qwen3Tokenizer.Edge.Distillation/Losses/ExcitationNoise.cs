namespace Qwen3Tokenizer.Edge.Distillation.Losses;

/// <summary>
/// Start phase and noise of a training draw from a counter: the value depends on seed, step, item and draw alone, so that a resumed run and any number of threads see the same.
/// SplitMix64 (Steele, Lea and Flood 2014): value i is mix(s + i * 0x9E3779B97F4A7C15), where s is the four numbers mixed one after the other.
/// </summary>
public static class ExcitationNoise
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>Fills uniform noise of zero mean and unit variance.</summary>
    /// <param name="seed">The run's.</param>
    /// <param name="step">Number of the training step.</param>
    /// <param name="item">Number of the sequence in its batch.</param>
    /// <param name="draw">Number of the draw of the sequence.</param>
    /// <param name="noise">Receives samples within +-sqrt 3: 24 bits of the lower, then of the upper half of each value from i = 2 on.</param>
    /// <returns>The start phase, 0 to 1 cycles: the upper 24 bits of value 1.</returns>
    public static float Fill(ulong seed, long step, int item, int draw, Span<float> noise)
    {
        ulong state = Mix(Mix(Mix(Mix(seed + Golden) + (ulong)step) + (ulong)item) + (ulong)draw);
        float phase = (Next(ref state) >> 40) * (1f / (1 << 24));
        for (int i = 0; i < noise.Length; i += 2)
        {
            ulong bits = Next(ref state);
            noise[i] = Uniform((uint)bits);
            if (i + 1 < noise.Length)
            {
                noise[i + 1] = Uniform((uint)(bits >> 32));
            }
        }

        return phase;
    }

    private static float Uniform(uint bits) => (((bits >> 8) * (1f / (1 << 24))) - 0.5f) * 3.46410162f;

    private static ulong Next(ref ulong state) => Mix(state += Golden);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
