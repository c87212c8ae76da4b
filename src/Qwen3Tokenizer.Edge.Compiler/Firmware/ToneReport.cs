using System.Text.Json;
using System.Text.Json.Serialization;

namespace Qwen3Tokenizer.Edge.Compiler.Firmware;

/// <summary>The report of a build for a board that only beeps, as report.json has it. No time and no path: the same inputs give the same bytes.</summary>
/// <param name="Tool">Tool and version.</param>
/// <param name="Board">Board name.</param>
/// <param name="TokenSpace">Token space of alerts and tones.</param>
/// <param name="Compiler">First line of the compiler's version.</param>
/// <param name="FlashBudgetBytes">The board's flash.</param>
/// <param name="RamBudgetBytes">The board's RAM, stack included.</param>
/// <param name="TableBytes">Rows, codes and tones in flash.</param>
/// <param name="ConformanceCrc32">CRC-32 of the pulses of all alerts (native/firmware/speak_alerts.h), hexadecimal: what another build must give too.</param>
/// <param name="Firmware">The images; null where the toolchain is missing.</param>
public sealed record ToneReport(string Tool, string Board, string TokenSpace, string Compiler, long FlashBudgetBytes, long RamBudgetBytes, int TableBytes, string ConformanceCrc32, FirmwareImage? Firmware)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Version of this schema.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The JSON text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json) + "\n";
}
