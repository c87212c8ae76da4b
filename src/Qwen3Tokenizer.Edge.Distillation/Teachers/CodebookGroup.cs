namespace Qwen3Tokenizer.Edge.Distillation.Teachers;

/// <summary>Consecutive layers of a teacher whose entries lie in one space, each layer quantizing what the one before it left of the same latent.</summary>
/// <param name="Layers">Layers.</param>
/// <param name="Entries">Entries of a layer.</param>
/// <param name="Dim">Values of an entry.</param>
/// <param name="Values">[layers, entries, dim].</param>
public sealed record CodebookGroup(int Layers, int Entries, int Dim, ReadOnlyMemory<float> Values);
