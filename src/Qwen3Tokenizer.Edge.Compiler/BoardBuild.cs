using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Counting;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Firmware;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Packages;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Reports;
using Qwen3Tokenizer.Edge.Compiler.Verification;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Compiler;

/// <summary>What a build for a board made.</summary>
/// <param name="Folder">Output folder, full path.</param>
/// <param name="SharedLibraryPath">Shared library, full path; null where the board has none or its toolchain is missing.</param>
/// <param name="ArchivePath">Static archive, full path; null likewise.</param>
/// <param name="ModelSymbol">Descriptor, such as <c>q3e_edge_light</c>.</param>
/// <param name="ReportPath">report.html, full path.</param>
/// <param name="ReportJsonPath">report.json, full path.</param>
/// <param name="ConformanceCrc">CRC-32 of the PCM of the conformance tokens.</param>
/// <param name="Notices">What could not be done here and what would change that, a sentence each.</param>
/// <param name="Firmware">The firmware image; null for a build without alerts, for a board that has none, or where its toolchain is missing.</param>
public sealed record BoardBuildResult(
    string Folder, string? SharedLibraryPath, string? ArchivePath, string ModelSymbol, string ReportPath, string ReportJsonPath, uint ConformanceCrc, IReadOnlyList<string> Notices, FirmwareImage? Firmware = null)
{
    /// <summary>The same build in another folder.</summary>
    internal BoardBuildResult MovedTo(string folder)
    {
        string Moved(string file) => Path.Combine(folder, Path.GetRelativePath(Folder, file));
        string? MovedIfAny(string? file) => file is null ? null : Moved(file);
        return this with
        {
            Folder = folder,
            SharedLibraryPath = MovedIfAny(SharedLibraryPath),
            ArchivePath = MovedIfAny(ArchivePath),
            ReportPath = Moved(ReportPath),
            ReportJsonPath = Moved(ReportJsonPath),
        };
    }
}

/// <summary>
/// Builds the INT8 library of a model for a board: calibrate, quantize, plan, emit, verify with this machine's compiler in a child process, compile with the board's toolchain, run the
/// conformance program in its emulator, and hold the result against the board's budgets.
/// </summary>
public static class BoardBuild
{
    // A library that strays further than this from float is not handed out: something is wrong with the model or the calibration.
    private const double MaxPitchCents = 10;
    private const double MaxVoicingDisagreement = 0.02;

    private const int RealFrames = 24;
    private const int RandomFrames = 8;
    private const int VerificationClips = 6;

    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(2);

    // Every instruction is counted one by one, and a build does not fail for want of the figures.
    private static readonly TimeSpan CountLimit = TimeSpan.FromMinutes(10);

    /// <summary>Builds into a folder. The folder appears only when everything succeeded; an earlier build in it is replaced.</summary>
    /// <param name="model">The model.</param>
    /// <param name="board">The board.</param>
    /// <param name="outputFolder">New, empty, or an earlier build's.</param>
    /// <param name="encoder">Whether the model's encoder is built too, where it has one.</param>
    /// <param name="alerts">What the board says; null for a library alone. A bare-metal board with a linker script gets a firmware image with them.</param>
    /// <param name="progress">Told the stage and the share done, 0..1.</param>
    /// <exception cref="CompilerNotFoundException">This machine has no C compiler of its own, which every build is verified with.</exception>
    /// <exception cref="BuildException">The build failed, or costs more than the board has; the message says why.</exception>
    public static BoardBuildResult Build(EdgeModel model, Board board, string outputFolder, bool encoder = true, BoardAlerts? alerts = null, IProgress<(string Stage, double Done)>? progress = null)
    {
        var compiler = CCompiler.Require();
        _ = new CNames(model.Name);
        return OutputFolder.Fill(outputFolder, work => BuildInto(model, board, work, compiler, encoder, alerts, progress));
    }

    private static BoardBuildResult BuildInto(
        EdgeModel model, Board board, string work, CCompiler compiler, bool encoder, BoardAlerts? alerts, IProgress<(string Stage, double Done)>? progress)
    {
        progress?.Report(("encoding the calibration clips", 0));
        List<TokenClip> clips = CalibrationClips.Load(model, Scaled(progress, "encoding the calibration clips", 0, 0.3));
        List<float[]>? speech = model.Encoder is null || !encoder ? null : CalibrationClips.Samples(model.Config.SampleRate);
        (LoweredGraph lowered, MemoryPlan plan, ModelSource source) = HostBuild.Emit(model, clips, null, Scaled(progress, "calibrating", 0.3, 0.6), HostBuild.LayoutFor(board), speech);
        progress?.Report(("emitting C", 0.6));
        EmittedFolder.Write(work, source);
        CopyBoardFiles(board, work);

        // Every arithmetic is the same, so that what this machine computes is what the board must compute.
        IReadOnlyList<string> ownFlags = board.System == BoardSystem.Host ? board.CompilerFlags : Board.Load(HostBuild.BoardName).CompilerFlags;
        uint crc;
        NodeComparison comparison;
        List<string> told = [];
        List<AlertReport>? heard = null;
        TokenClip vectors = ConformanceVectors.Of(source.Model, clips[0], RealFrames, RandomFrames);
        using (var conformance = new Conformance(source, new LibraryBuild(compiler, work, source.Names), vectors, ownFlags, RunLimit))
        {
            progress?.Report(("verifying in a child process", 0.65));
            crc = conformance.Fix();
            if (alerts is not null)
            {
                progress?.Report(("listening to the alerts", 0.7));
                heard = AlertQuality.Of(alerts.Set, conformance.Decode, told);
            }

            progress?.Report(("comparing with float", 0.75));
            TokenClip compared = Join(clips.Take(VerificationClips));
            comparison = NodeComparison.Of(model, lowered.Program, compared, conformance.Trace(compared));
        }

        Require(model, comparison.Head);
        progress?.Report(("compiling", 0.8));
        CompiledBoard compiled = CompiledBoard.Of(board, compiler, work, source, RunLimit);
        BuildCost cost = BuildCosts.Of(board, lowered.Program, plan, source, compiled, BuildCosts.SmallerThan(model.Name));
        cost.RequireWithin(board);
        progress?.Report(("counting instructions", 0.85));
        BoardTime time = BoardTime.Of(new FrameCounter(board, compiler, work, source, CountLimit), alerts, clips, lowered.Program, told);
        cost = cost with { FrameMilliseconds = time.FrameMilliseconds };
        cost.RequireWithin(board);
        compiled = compiled with { Notices = [.. compiled.Notices, .. told] };
        FirmwareImage? firmware = null;
        if (alerts is not null)
        {
            AlertPackage.Write(work, alerts.Set, alerts.Tones);
            if (board is { System: BoardSystem.BareMetal, LinkerScript: not null })
            {
                progress?.Report(("linking the firmware", 0.95));
                List<string> notices = [.. compiled.Notices];
                firmware = new FirmwareBuild(board, work, source, alerts, cost.FrameMilliseconds).Build(compiler, RunLimit, notices);
                compiled = compiled with { Notices = notices };
            }
        }

        BuildReport report = new BoardReport(board, model.WeightsHash, lowered, plan, source).Of(compiled, cost, time, comparison.Sqnr, crc) with
        {
            PitchMedianCents = Math.Round(comparison.Head.MedianCents, 3),
            VoicingDisagreement = Math.Round(comparison.Head.VoicingDisagreement, 5),
            Firmware = firmware,
            Alerts = heard,
        };
        BoardBuildResult result = Finish(work, source, report, compiled, WeightsLicence.Of(model), crc) with { Firmware = firmware };
        progress?.Report(("done", 1));
        return result;
    }

    /// <summary>Writes the reports and makes the folder a package: what every build ends with.</summary>
    internal static BoardBuildResult Finish(string work, ModelSource source, BuildReport report, CompiledBoard compiled, WeightsLicence licence, uint crc)
    {
        string json = Path.Combine(work, "report.json"), page = Path.Combine(work, "report.html");
        EmittedFolder.Text(work, Path.GetFileName(json), report.ToJson());
        EmittedFolder.Text(work, Path.GetFileName(page), ReportPage.Print(report));
        PackageFiles.Write(work, licence, source);
        return new BoardBuildResult(work, compiled.SharedLibrary, compiled.Archive, source.Names.Descriptor, page, json, crc, compiled.Notices);
    }

    internal static void CopyBoardFiles(Board board, string work)
    {
        foreach (string? file in (string?[])[board.CMakeToolchain, board.LinkerScript])
        {
            if (file is not null)
            {
                File.Copy(Path.Combine(board.Folder, file), Path.Combine(work, file), overwrite: true);
            }
        }
    }

    private static void Require(EdgeModel model, HeadAgreement head)
    {
        if (head.MedianCents > MaxPitchCents || head.VoicingDisagreement > MaxVoicingDisagreement)
        {
            throw new BuildException(FormattableString.Invariant(
                $"The INT8 library of '{model.Name}' differs from float by {head.MedianCents:F1} cents of pitch (median, at most {MaxPitchCents}) and in the voicing of {head.VoicingDisagreement:P1} of hops (at most {MaxVoicingDisagreement:P0}); it is not handed out."));
        }
    }

    private static TokenClip Join(IEnumerable<TokenClip> clips)
    {
        TokenClip[] all = [.. clips];
        ushort[] codes = [.. all.SelectMany(c => c.Codes.ToArray())];
        TokenClip first = all[0];
        return new TokenClip(first.Space, first.Layers, first.BitsPerCode, first.Rate, codes, (long)(codes.Length / first.Layers) * first.Rate.SamplesPerFrame, first.Delay);
    }

    private static StageProgress? Scaled(IProgress<(string Stage, double Done)>? progress, string stage, double from, double to) =>
        progress is null ? null : new StageProgress(progress, stage, from, to);

    // Reports at once, on the caller's thread: Progress<T> posts, and what it posts may arrive after the end or out of order.
    private sealed class StageProgress(IProgress<(string Stage, double Done)> whole, string stage, double from, double to) : IProgress<double>
    {
        public void Report(double value) => whole.Report((stage, from + ((to - from) * value)));
    }
}
