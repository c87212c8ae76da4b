namespace Qwen3Tokenizer.Edge.Tones;

/// <summary>When which tone sounds: pulse i starts at t0 + 80,000 i microseconds of virtual time, whatever the tones are.</summary>
public static class ToneSchedule
{
    /// <summary>Length of a frame, microseconds.</summary>
    public const int FrameUs = 1000 * Tone.FrameMs;

    /// <summary>The pulses of a sequence of tokens, one for each, silent ones included.</summary>
    /// <param name="table">The tones.</param>
    /// <param name="codes">Codes of layer 0, one a frame.</param>
    /// <param name="startUs">Virtual time of the first pulse.</param>
    /// <exception cref="ToneFormatException">A code is not in the table; the message names its frame.</exception>
    public static TonePulse[] Of(ToneTable table, ReadOnlySpan<ushort> codes, long startUs = 0)
    {
        var pulses = new TonePulse[codes.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            if (codes[i] >= table.Entries)
                throw new ToneFormatException($"tokens: frame {i}: token {codes[i]} is out of range: the table has tokens 0 to {table.Entries - 1}.");
            Tone tone = table[codes[i]];
            pulses[i] = new TonePulse(
                startUs + ((long)FrameUs * i), codes[i], tone.Sounds ? tone.FrequencyHz : 0, tone.Sounds ? tone.DutyPermille : 0, 1000 * tone.OnMs, 1000 * tone.PauseMs);
        }

        return pulses;
    }

    /// <summary>The pulses of a clip.</summary>
    /// <exception cref="ToneFormatException">The clip is of another token space, or a code is not in the table.</exception>
    public static TonePulse[] Of(ToneTable table, TokenClip clip, long startUs = 0)
    {
        if (clip.Space != table.Space)
            throw new ToneFormatException($"token space: the tokens are of space {clip.Space}, the tones of {table.Space}.");
        var first = new ushort[clip.Frames];
        for (int t = 0; t < first.Length; t++)
            first[t] = clip[t, 0];
        return Of(table, first, startUs);
    }
}
