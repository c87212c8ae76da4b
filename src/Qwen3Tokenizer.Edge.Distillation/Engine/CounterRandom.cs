using System.Security.Cryptography;
using System.Text;

namespace Qwen3Tokenizer.Edge.Distillation.Engine;

/// <summary>
/// Random numbers that depend on a seed and a place alone (SplitMix64; Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"): a run that was interrupted goes on with the
/// same numbers without any generator state in its checkpoint.
/// </summary>
public struct CounterRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <summary>The numbers of a seed and a place.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="place">Such as purpose, step and item.</param>
    public CounterRandom(ulong seed, params ReadOnlySpan<ulong> place)
    {
        _state = seed;
        foreach (ulong part in place)
        {
            _state = Next() ^ part;
        }
    }

    /// <summary>The numbers of a seed and a name.</summary>
    public CounterRandom(ulong seed, string name)
        : this(seed, BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(name))))
    {
    }

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        ulong z = _state += Golden;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to below 1, in steps of 2^-24.</summary>
    public float NextFloat() => (Next() >> 40) * (1f / (1 << 24));

    /// <summary>A whole number from 0 to below <paramref name="limit"/>.</summary>
    public int NextInt(int limit) => (int)Math.BigMul(Next(), (ulong)limit, out _);

    /// <summary>A number of the standard normal distribution (Box and Muller 1958).</summary>
    public float NextNormal() => MathF.Sqrt(-2 * MathF.Log(1 - NextFloat())) * MathF.Cos(2 * MathF.PI * NextFloat());
}
