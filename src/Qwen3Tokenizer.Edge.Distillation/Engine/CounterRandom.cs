using System.Security.Cryptography;
using System.Text;

namespace Qwen3Tokenizer.Edge.Distillation.Engine;

/// <summary>
/// Random numbers that depend on (seed, step, item, purpose) alone: SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators") started at a mixture
/// of the four. A run that is interrupted goes on with the very numbers it would have drawn, and no state of a generator has to be kept.
/// </summary>
public struct CounterRandom
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;
    private ulong _state;

    /// <summary>A stream of numbers of its own.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="step">Training step.</param>
    /// <param name="item">Item of the batch.</param>
    /// <param name="purpose">What the numbers are for: streams for different purposes have nothing to do with each other.</param>
    public CounterRandom(ulong seed, long step, int item, int purpose)
    {
        ulong state = Mix(seed + Gamma);
        state = Mix(state ^ ((ulong)step * Gamma));
        state = Mix(state ^ (((ulong)(uint)item << 32) | (uint)purpose));
        _state = state;
    }

    /// <summary>The numbers of a seed and a name.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="name">What the numbers are for.</param>
    public CounterRandom(ulong seed, string name)
        : this(seed, BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(name))), 0, 0)
    {
    }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64() => Mix(_state += Gamma);

    /// <summary>A number in 0 (included) to 1 (excluded).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number in <paramref name="low"/> to <paramref name="high"/>.</summary>
    /// <param name="low">Lower end.</param>
    /// <param name="high">Upper end.</param>
    public double NextBetween(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>A whole number in 0 to <paramref name="count"/> - 1.</summary>
    /// <param name="count">How many there are, at least 1.</param>
    public long NextBelow(long count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return (long)Math.BigMul(NextUInt64(), (ulong)count, out _);
    }

    /// <summary>A number from the normal distribution of mean 0 and variance 1 (Box and Muller 1958).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
