namespace Qwen3Tokenizer.Edge.Tests.Runtime;

/// <summary>What the fixture models encode, computed from the formula at the head of fixture_models.c.</summary>
internal sealed class Peak
{
    public const int Frame = 1280;
    public const int Delay = 1400;
    public const int Layers = 5;

    private uint _total;

    public ushort[] Encode(ReadOnlySpan<short> pcm, int layers)
    {
        int peak = 0;
        foreach (short sample in pcm)
            peak = Math.Max(peak, Math.Abs((int)sample));
        _total += (uint)peak;
        return [.. Enumerable.Range(0, layers).Select(i => (ushort)((_total >> i) & 511))];
    }

    /// <summary>The codes of the frames that the rest and the delay behind it fill; then the stream starts again.</summary>
    public ushort[] Flush(ReadOnlySpan<short> rest, int layers)
    {
        ushort[] codes = [];
        var padded = new short[(rest.Length + Delay + Frame - 1) / Frame * Frame];
        rest.CopyTo(padded);
        for (int at = 0; at < padded.Length; at += Frame)
            codes = [.. codes, .. Encode(padded.AsSpan(at, Frame), layers)];
        _total = 0;
        return codes;
    }

    /// <summary>Frames of random samples and of random loudness, with both ends of the range among them.</summary>
    public static short[][] Frames(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            int peak = i % 5 == 4 ? 32768 : random.Next(1, 32768);
            return Enumerable.Range(0, Frame).Select(_ => (short)random.Next(-peak, peak)).ToArray();
        })];
    }
}
