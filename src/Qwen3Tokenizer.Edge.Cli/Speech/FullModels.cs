using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Reference;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>Opens full-size models on the engine and the device that the user asked for.</summary>
internal static class FullModels
{
    /// <summary>Opens a model; what it should tell the user comes as a warning.</summary>
    public static Qwen3TtsTokenizer Open(Qwen3Tts12Hz model, EngineRequest request) =>
        Qwen3TtsTokenizer.Of(model, request.Device, new TokenizerOptions { Engine = request.Engine, Note = Failure.Warn });
}
