using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Benchmarks.FullModel;

/// <summary>Codes for a model whose weights make no speech anyway.</summary>
internal static class RandomCodes
{
    public static ushort[] Of(Qwen3Tts12Hz model, int frames, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, frames * model.Config.Layers).Select(_ => (ushort)random.Next(model.Config.CodebookSize))];
    }
}
