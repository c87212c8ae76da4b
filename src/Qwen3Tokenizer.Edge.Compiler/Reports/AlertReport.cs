namespace Qwen3Tokenizer.Edge.Compiler.Reports;

/// <summary>How well an alert is understood, by a measure.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Language">ISO 639-1 code.</param>
/// <param name="Seconds">Its length.</param>
/// <param name="Stoi">STOI of what the library decodes against the recording that the tokens were made from, its delay taken out; null where it cannot be measured.</param>
/// <param name="Reference">What that recording is, or why it cannot be measured.</param>
public sealed record AlertReport(int Id, string Name, string Language, double Seconds, double? Stoi, string Reference);
