namespace Qwen3Tokenizer.Edge.Tones;

/// <summary>How a 16-bit timer with a 16-bit prescaler makes a tone: the rule of <c>native/player/q3e_timer.c</c>, for showing on the desktop what a board will play.</summary>
/// <param name="Prescaler">What the clock is divided by, 1 to 65536.</param>
/// <param name="Period">Counts of a period, 2 to 65536.</param>
/// <param name="Hertz">The true frequency.</param>
/// <param name="ErrorPpm">(true - wanted) / wanted in millionths.</param>
public readonly record struct TimerSetting(int Prescaler, int Period, double Hertz, double ErrorPpm)
{
    private const int MaxCount = 65536;
    private const int Tries = 16;

    /// <summary>
    /// The setting nearest to a frequency: among the smallest possible prescaler, which gives the duty its finest steps, and the 15 after it the one with the least error, the smallest
    /// prescaler among equals. Null when the period would have less than 2 counts or more than 2^32.
    /// </summary>
    /// <param name="clockHz">The timer's clock, 1 to 2^32 - 1.</param>
    /// <param name="frequencyHz">1 to 65535.</param>
    public static TimerSetting? Nearest(long clockHz, int frequencyHz)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clockHz, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clockHz, uint.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(frequencyHz, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frequencyHz, Tone.MaxHz);
        if (clockHz / frequencyHz < 2)
            return null;
        long first = ((clockHz / frequencyHz) + MaxCount - 1) / MaxCount;
        (long Prescaler, long Period, Int128 Distance, Int128 Divider)? best = null;
        for (long prescaler = first; prescaler < first + Tries && prescaler <= MaxCount; prescaler++)
        {
            long low = clockHz / (frequencyHz * prescaler);
            for (long period = low; period <= low + 1; period++)
            {
                if (period is < 2 or > MaxCount)
                    continue;
                Int128 divider = (Int128)prescaler * period, distance = Int128.Abs(clockHz - (frequencyHz * divider));
                if (best is not { } b || distance * b.Divider < b.Distance * divider)
                    best = (prescaler, period, distance, divider);
            }
        }

        if (best is not { } found)
            return null;
        double hertz = (double)clockHz / (double)found.Divider;
        return new TimerSetting((int)found.Prescaler, (int)found.Period, hertz, 1e6 * (hertz - frequencyHz) / frequencyHz);
    }
}
