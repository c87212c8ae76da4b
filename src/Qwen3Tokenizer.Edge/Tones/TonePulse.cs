using System.Globalization;

namespace Qwen3Tokenizer.Edge.Tones;

/// <summary>One pulse of a schedule.</summary>
/// <param name="StartUs">Virtual time at which it starts, microseconds.</param>
/// <param name="Code">The token.</param>
/// <param name="FrequencyHz">0 for silence.</param>
/// <param name="DutyPermille">Share of a period that is high, thousandths; 0 for silence.</param>
/// <param name="OnUs">How long it sounds, microseconds.</param>
/// <param name="PauseUs">Silence after it, microseconds.</param>
public readonly record struct TonePulse(long StartUs, int Code, int FrequencyHz, int DutyPermille, int OnUs, int PauseUs)
{
    /// <summary>A line of a tone log: <c>start code frequency duty on pause</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{StartUs} {Code} {FrequencyHz} {DutyPermille} {OnUs} {PauseUs}");
}
