using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>Builds with a progress bar, and without remains when interrupted.</summary>
internal static class LibraryBuilder
{
    /// <summary>Builds into a folder.</summary>
    public static BuildResult Build(EdgeModel model, string folder)
    {
        string target = Path.GetFullPath(folder);
        using var watch = UnfinishedFolders.Watch(Path.GetDirectoryName(target) ?? target, Path.GetFileName(target) + ".");
        return WorkProgress.Run($"Building the library of {model.Name}", progress => HostBuild.Build(model, target, progress));
    }

    /// <summary>Builds for a board into a folder.</summary>
    public static BoardBuildResult Build(EdgeModel model, Board board, string folder, bool encoder, BoardAlerts? alerts)
    {
        string target = Path.GetFullPath(folder);
        using var watch = UnfinishedFolders.Watch(Path.GetDirectoryName(target) ?? target, Path.GetFileName(target) + ".");
        return WorkProgress.Run($"Building the library of {model.Name} for {board.Name}", progress => BoardBuild.Build(model, board, target, encoder, alerts, progress));
    }

    /// <summary>Builds the firmware of a board that only beeps into a folder.</summary>
    public static ToneBuildResult Tones(Board board, string folder, BoardAlerts alerts)
    {
        string target = Path.GetFullPath(folder);
        using var watch = UnfinishedFolders.Watch(Path.GetDirectoryName(target) ?? target, Path.GetFileName(target) + ".");
        return WorkProgress.Run($"Building the firmware of {board.Name}", _ => ToneBuild.Build(board, target, alerts));
    }

    /// <summary>Builds into the cache, unless it is there already.</summary>
    public static BuildResult Cached(EdgeModel model)
    {
        using var watch = UnfinishedFolders.Watch(BuildCache.Folder, model.Name + "-");
        return WorkProgress.Run($"Building the library of {model.Name}", progress => HostBuild.Cached(model, progress));
    }
}
