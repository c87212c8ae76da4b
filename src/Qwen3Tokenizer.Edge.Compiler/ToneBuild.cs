using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Firmware;
using Qwen3Tokenizer.Edge.Compiler.Packages;

namespace Qwen3Tokenizer.Edge.Compiler;

/// <summary>What a build for a board that only beeps made.</summary>
/// <param name="Folder">Output folder, full path.</param>
/// <param name="ReportJsonPath">report.json, full path.</param>
/// <param name="Firmware">The images; null where the board's toolchain is missing.</param>
/// <param name="Notices">What could not be done here and what would change that, a sentence each.</param>
public sealed record ToneBuildResult(string Folder, string ReportJsonPath, FirmwareImage? Firmware, IReadOnlyList<string> Notices);

/// <summary>Builds the firmware of a board that only beeps: alerts as tokens of layer 0, their tones, the player, no decoder and no model.</summary>
public static class ToneBuild
{
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(2);

    /// <summary>Builds into a folder. The folder appears only when everything succeeded; an earlier build in it is replaced.</summary>
    /// <param name="board">A bare-metal board with a linker script.</param>
    /// <param name="outputFolder">New, empty, or an earlier build's.</param>
    /// <param name="alerts">What the board says, gathered with one layer (<see cref="AlertSet.Gather"/>).</param>
    /// <exception cref="CompilerNotFoundException">This machine has no C compiler of its own, which every build is verified with.</exception>
    /// <exception cref="BuildException">The build failed, or costs more than the board has; the message says why.</exception>
    public static ToneBuildResult Build(Board board, string outputFolder, BoardAlerts alerts)
    {
        var own = CCompiler.Require();
        if (board is not { System: BoardSystem.BareMetal, LinkerScript: not null })
        {
            throw new BuildException($"Board '{board.Name}' cannot have firmware of tones only: it is not a bare-metal board with a linker_script in its board.json.");
        }

        if (alerts.Set.Alerts.FirstOrDefault(a => !a.Row.Tone) is { } mute)
        {
            throw new BuildException($"Alert {mute.Row.Id} ({mute.Row.Name}) has no tones, and board '{board.Name}' has nothing else: add \"tone\" to its outputs or leave it out.");
        }

        string target = Path.GetFullPath(outputFolder);
        OutputFolder.RequireUsable(target);
        string work = OutputFolder.CreateBeside(target);
        try
        {
            List<string> notices = [];
            FirmwareImage? firmware = BuildInto(board, work, own, alerts, notices);
            OutputFolder.Replace(target, work);
            return new ToneBuildResult(target, Path.Combine(target, "report.json"), firmware, notices);
        }
        finally
        {
            OutputFolder.Remove(work);
        }
    }

    private static FirmwareImage? BuildInto(Board board, string work, CCompiler own, BoardAlerts alerts, List<string> notices)
    {
        EmittedFolder.CopyFromTool("include", Path.Combine(work, "include"));
        BoardBuild.CopyBoardFiles(board, work);
        AlertPackage.Write(work, alerts.Set, alerts.Tones);
        foreach (string licence in (string[])["LICENSE", WeightsLicence.FileName])
        {
            EmittedFolder.Text(work, licence, ToolFile.Text(licence));
        }

        FirmwareImage? firmware = new FirmwareBuild(board, work, null, alerts, null).Build(own, RunLimit, notices);
        CCompiler? compiler = CCompiler.Named(board.Toolchain.Compiler);
        if (firmware is null)
        {
            notices.Add($"The sources for board '{board.Name}' were emitted but not compiled, because {board.Toolchain.Compiler} is not installed: {board.Toolchain.Install}.");
        }

        var report = new ToneReport(
            HostBuild.Tool, board.Name, alerts.Set.Model.Config.Space.ToString(), compiler?.Version ?? "none: sources only", board.FlashBytes, board.RamBytes,
            AlertPackage.TableBytes(alerts.Set, alerts.Tones), firmware?.PulsesCrc32 ?? "00000000", firmware);
        EmittedFolder.Text(work, "report.json", report.ToJson());
        return firmware;
    }
}
