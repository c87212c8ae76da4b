using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Compiler.Alerts;

/// <summary>What a board says and how its buzzer plays it.</summary>
/// <param name="Set">The alerts, as tokens of the model that is built.</param>
/// <param name="Tones">A tone for each token of layer 0, in the board's range.</param>
public sealed record BoardAlerts(AlertSet Set, ToneTable Tones);
