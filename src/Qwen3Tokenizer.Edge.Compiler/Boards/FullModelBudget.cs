namespace Qwen3Tokenizer.Edge.Compiler.Boards;

/// <summary>What the decoder of a full-size model may cost on a board: it has the machine to itself and need not keep up with real time, since it also turns token files into speech.</summary>
/// <param name="FlashBytes">Largest library, code and weights. On Linux these pages lie in memory while they are used.</param>
/// <param name="RamBytes">Memory for a decoder: arena, stack and the library's own data.</param>
/// <param name="FrameMilliseconds">Longest time that a frame (80 ms of speech) may take, ms; above 80 a build says that it is not real time.</param>
public sealed record FullModelBudget(long FlashBytes, long RamBytes, double FrameMilliseconds);
