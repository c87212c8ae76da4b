namespace Qwen3Tokenizer.Edge.Distillation.Teachers;

/// <summary>A stretch of one voice's recordings, side by side in the corpus, that a teacher encodes in one go: the unit of caching, of sharing work and of resuming.</summary>
/// <param name="Voice">The speaker.</param>
/// <param name="HeldOut">Whether it consists of held-out recordings.</param>
/// <param name="Offset">First sample in the corpus.</param>
/// <param name="Samples">Length in samples at the corpus's rate.</param>
public sealed record SpeechBlock(string Voice, bool HeldOut, long Offset, int Samples);
