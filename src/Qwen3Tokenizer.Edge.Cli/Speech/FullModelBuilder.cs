using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Reference;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>Builds the decoder of a full-size model as an INT8 library, calibrated on shipped speech that the model's own encoder encodes.</summary>
internal static class FullModelBuilder
{
    /// <summary>Builds for a board into a folder.</summary>
    public static BoardBuildResult Build(Qwen3Tts12Hz model, Board board, string folder)
    {
        string target = Path.GetFullPath(folder);
        using var watch = UnfinishedFolders.Watch(Path.GetDirectoryName(target) ?? target, Path.GetFileName(target) + ".");
        return WorkProgress.Run($"Building the decoder of {model.Name} for {board.Name}", progress => FullModelBuild.Build(model, clips => Codes(model, clips), board, target, progress: progress));
    }

    /// <summary>Builds for this machine into the cache, unless it is there already.</summary>
    public static BuildResult Cached(Qwen3Tts12Hz model)
    {
        using var watch = UnfinishedFolders.Watch(BuildCache.Folder, FullModelBuild.CachedName + "-");
        return WorkProgress.Run($"Building the decoder of {model.Name}", progress => FullModelBuild.Cached(model, clips => Codes(model, clips), progress));
    }

    private static ushort[][] Codes(Qwen3Tts12Hz model, IReadOnlyList<float[]> clips)
    {
        using var tokenizer = Qwen3TtsTokenizer.FromPretrained(model.Folder, options: new TokenizerOptions { Note = Failure.Warn });
        return [.. clips.Select(clip => tokenizer.Encode(clip, tokenizer.SampleRate).AudioCodes[0].Codes.ToArray())];
    }
}
