using Qwen3Tokenizer.Edge.Runtime;

namespace Qwen3Tokenizer.Edge.Tests.Runtime;

/// <summary>What the fixture models give, computed from the formula at the head of fixture_models.c.</summary>
internal sealed class Saw
{
    public const int Frame = 640;
    public const int Hop = 160;

    private uint _phase;

    public short[] Decode(params ReadOnlySpan<ushort> codes)
    {
        uint step = 0;
        for (int layer = 0; layer < Math.Min(codes.Length, 6); layer++)
            step = unchecked(step + ((codes[layer] + 1u) * (uint)(layer + 1) * 40000u));
        var pcm = new short[Frame];
        foreach (ref short sample in pcm.AsSpan())
        {
            sample = (short)((int)(_phase >> 16) - 32768);
            _phase = unchecked(_phase + step);
        }
        return pcm;
    }

    /// <summary>What stands in for a frame after some codes.</summary>
    public short[] Conceal(ConcealmentEnding ending, params ReadOnlySpan<ushort> last)
    {
        short[] pcm = Decode(last);
        return ending == ConcealmentEnding.Noise ? Array.ConvertAll(pcm, s => (short)~s) : pcm;
    }

    /// <summary>Frames of 2 to 8 codes in 0..511.</summary>
    public static ushort[][] RandomFrames(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            Enumerable.Range(0, random.Next(2, 9)).Select(_ => (ushort)random.Next(512)).ToArray())];
    }
}
