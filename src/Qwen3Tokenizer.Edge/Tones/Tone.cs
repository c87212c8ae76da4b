namespace Qwen3Tokenizer.Edge.Tones;

/// <summary>What a buzzer does for one token: it sounds, then it pauses, 80 ms together.</summary>
/// <param name="FrequencyHz">1 to 65535 Hz; 0 only where it does not sound.</param>
/// <param name="DutyPermille">Share of a period that is high, 0 to 1000 thousandths; loudest at 500.</param>
/// <param name="OnMs">How long it sounds, 0 to 80 ms.</param>
/// <param name="Pinned">Whether a person chose the frequency: it is then never moved into another range.</param>
public readonly record struct Tone(int FrequencyHz, int DutyPermille, int OnMs, bool Pinned = false)
{
    /// <summary>Length of a frame in ms: what a tone and its pause fill.</summary>
    public const int FrameMs = 80;

    /// <summary>Highest frequency that a table can hold, Hz.</summary>
    public const int MaxHz = 65535;

    /// <summary>Largest duty in thousandths.</summary>
    public const int MaxDuty = 1000;

    /// <summary>Silence after the tone, ms.</summary>
    public int PauseMs => FrameMs - OnMs;

    /// <summary>Whether it is heard at all.</summary>
    public bool Sounds => OnMs > 0;

    /// <summary>What is wrong with it, with field and value; null when nothing is.</summary>
    internal string? Fault =>
        FrequencyHz is < 0 or > MaxHz ? FormattableString.Invariant($"frequency_hz: {FrequencyHz} is not within 0 to {MaxHz}")
        : DutyPermille is < 0 or > MaxDuty ? FormattableString.Invariant($"duty_permille: {DutyPermille} is not within 0 to {MaxDuty}")
        : OnMs is < 0 or > FrameMs ? FormattableString.Invariant($"on_ms: {OnMs} is not within 0 to {FrameMs}")
        : Sounds && FrequencyHz == 0 ? FormattableString.Invariant($"frequency_hz: 0, but on_ms is {OnMs}")
        : null;
}
