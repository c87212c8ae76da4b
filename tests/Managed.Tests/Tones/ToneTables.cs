using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Tests.Tones;

/// <summary>Small tables to test with.</summary>
internal static class ToneTables
{
    public static readonly TokenSpace Space = TokenSpace.OfCodebooks([1, 2, 3]);

    public static ToneTable Of(params ReadOnlySpan<Tone> tones) => new(Space, tones);

    /// <summary>2048 tones, no two alike; every seventh silent.</summary>
    public static ToneTable Full()
    {
        var tones = new Tone[2048];
        for (int t = 0; t < tones.Length; t++)
            tones[t] = t % 7 == 0 ? new Tone(t + 1, 0, 0) : new Tone(500 + t, t % 1001, 1 + (t % 80), Pinned: t % 100 == 1);
        return Of(tones);
    }
}
