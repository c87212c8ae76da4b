using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Packages;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Reports;
using Qwen3Tokenizer.Edge.Compiler.Verification;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Compiler;

/// <summary>What a build made.</summary>
/// <param name="Folder">Output folder, full path.</param>
/// <param name="LibraryPath">Shared library, full path.</param>
/// <param name="ModelSymbol">Descriptor, such as <c>q3e_edge_light</c>.</param>
/// <param name="ReportPath">report.html, full path.</param>
/// <param name="ReportJsonPath">report.json, full path.</param>
/// <param name="ConformanceCrc">CRC-32 of the PCM of the conformance tokens.</param>
public sealed record BuildResult(string Folder, string LibraryPath, string ModelSymbol, string ReportPath, string ReportJsonPath, uint ConformanceCrc);

/// <summary>Builds the INT8 library of a model for this machine: calibrate, quantize, plan, emit, compile, verify in a child process.</summary>
public static class HostBuild
{
    private const string BoardName = "host";

    // HOPS_PER_FRAME of q3e_decoder.c: a hop is 20 ms.
    private const int HopsPerFrame = 4;

    // A library that strays further than this from float is not handed out: something is wrong with the model or the calibration.
    private const double MaxPitchCents = 10;
    private const double MaxVoicingDisagreement = 0.02;

    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(2);

    /// <summary>Tool name and version, as it stands in what is emitted.</summary>
    public static string Tool { get; } = "Qwen3Tokenizer.Edge " + (typeof(HostBuild).Assembly.GetName().Version?.ToString(3) ?? "0");

    /// <summary>Builds into a folder. The folder appears only when everything succeeded; an earlier build in it is replaced.</summary>
    /// <param name="model">The model.</param>
    /// <param name="outputFolder">New, empty, or an earlier build's.</param>
    /// <param name="progress">Told the stage and the share done, 0..1.</param>
    /// <exception cref="CompilerNotFoundException">There is no C compiler.</exception>
    /// <exception cref="BuildException">The build failed; the message says why.</exception>
    public static BuildResult Build(EdgeModel model, string outputFolder, IProgress<(string Stage, double Done)>? progress = null)
    {
        CCompiler compiler = CCompiler.Require();
        _ = new CNames(model.Name);
        string target = Path.GetFullPath(outputFolder);
        OutputFolder.RequireUsable(target);
        string work = OutputFolder.CreateBeside(target);
        try
        {
            uint crc = BuildInto(model, work, compiler, progress);
            OutputFolder.Replace(target, work);
            return Result(model, target, compiler, crc);
        }
        finally
        {
            OutputFolder.Remove(work);
        }
    }

    /// <summary>The same, kept in the user's cache folder (the environment variable Q3E_CACHE overrides) and found again by model, tool, compiler and processor.</summary>
    public static BuildResult Cached(EdgeModel model, IProgress<(string Stage, double Done)>? progress = null)
    {
        CCompiler compiler = CCompiler.Require();
        _ = new CNames(model.Name);
        string folder = Path.Combine(BuildCache.Folder, BuildCache.Key(model, compiler, Board.Load(BoardName)));
        if (BuildCache.TryReadCrc(folder, out uint crc) && File.Exists(Result(model, folder, compiler, crc).LibraryPath))
        {
            return Result(model, folder, compiler, crc);
        }

        // Half a build, or a damaged one: the cache is this tool's own.
        OutputFolder.Remove(folder);
        return Build(model, folder, progress);
    }

    /// <summary>Lowers and plans a model and prints its C source, without compiling: what <see cref="Build"/> emits.</summary>
    /// <param name="model">The model.</param>
    /// <param name="calibration">Tokens to calibrate on.</param>
    /// <param name="options">Where 8 bits are enough.</param>
    /// <param name="progress">Told the share of the calibration done.</param>
    /// <param name="layout">Order of the matrices' weights.</param>
    /// <param name="speech">Samples to calibrate the encoder on, or null to emit the decoder only.</param>
    /// <exception cref="BuildException">The model cannot be lowered or has no C form; the message says why.</exception>
    public static (LoweredGraph Lowered, MemoryPlan Plan, ModelSource Source) Emit(
        EdgeModel model,
        IReadOnlyList<TokenClip> calibration,
        LoweringOptions? options = null,
        IProgress<double>? progress = null,
        WeightLayout layout = WeightLayout.Rows,
        IReadOnlyList<float[]>? speech = null)
    {
        CalibrationStatistics statistics = CalibrationStatistics.Gather(model, calibration, progress);
        LoweredGraph lowered = GraphLowering.Lower(model.Decoder, statistics, options);
        if (lowered.Program.Hops != HopsPerFrame)
        {
            throw new BuildException($"Model '{model.Name}' has {lowered.Program.Hops} hops a frame; the C interface (q3e_decode_hop) has {HopsPerFrame}.");
        }

        MemoryPlan plan = MemoryPlan.Of(lowered.Program);
        string provenance = $"{model.Name}, emitted by {Tool} from weights with SHA-256 {Convert.ToHexStringLower(model.WeightsHash)}. Do not edit.";
        var source = new ModelSource(ModelDescription.Of(model, calibration[0].Layers), lowered.Program, plan, provenance, layout, Encoder(model, speech, options));
        return (lowered, plan, source);
    }

    private static EncoderPart? Encoder(EdgeModel model, IReadOnlyList<float[]>? speech, LoweringOptions? options)
    {
        if (model.Encoder is not { } graph || speech is null)
        {
            return null;
        }

        int frame = model.Config.SamplesPerToken, hops = graph["samples"].Shape.Rows;
        List<FloatTensor> streams = [];
        foreach (float[] clip in speech)
        {
            int frames = EdgeCodec.FramesOf(model, clip.Length);
            var stream = new FloatTensor(frames * hops, frame / hops);
            clip.CopyTo(stream.Data, 0);
            streams.Add(stream);
        }

        IntegerProgram program = GraphLowering.Lower(graph, CalibrationStatistics.Gather(graph, streams), options).Program;
        return new EncoderPart(program, MemoryPlan.Of(program), model.Config.SampleRate, frame, model.Config.DelaySamples, model.Config.NumQuantizers);
    }

    private static uint BuildInto(EdgeModel model, string work, CCompiler compiler, IProgress<(string Stage, double Done)>? progress)
    {
        Board board = Board.Load(BoardName);
        progress?.Report(("encoding the calibration clips", 0));
        List<TokenClip> clips = CalibrationClips.Load(model, Scaled(progress, "encoding the calibration clips", 0, 0.3));
        (LoweredGraph lowered, MemoryPlan plan, ModelSource source) = Emit(model, clips, null, Scaled(progress, "calibrating", 0.3, 0.6), LayoutFor(board), model.Encoder is null ? null : CalibrationClips.Samples(model.Config.SampleRate));
        progress?.Report(("emitting C", 0.6));
        EmittedFolder.Write(work, source);
        var build = new LibraryBuild(compiler, work, source.Names);
        var conformance = new Conformance(model, build, clips, source.Encoder is not null);
        conformance.WriteVectors(work);
        progress?.Report(("compiling", 0.65));
        string library = build.Shared(board.CompilerFlags);
        progress?.Report(("verifying in a child process", 0.75));
        uint crc = conformance.Fix(work, board.CompilerFlags, RunLimit);
        progress?.Report(("comparing with float", 0.85));
        NodeComparison comparison = conformance.CompareWithFloat(work, lowered.Program, board.CompilerFlags, RunLimit);
        Require(model, comparison.Head);
        long libraryBytes = new FileInfo(library).Length;
        board.Enforce(libraryBytes, Math.Max(plan.ArenaBytes, source.Encoder?.Plan.ArenaBytes ?? 0));
        BuildReport report = Report(model, lowered, plan, source, board, compiler, comparison, libraryBytes, crc);
        EmittedFolder.Text(work, "report.json", report.ToJson());
        EmittedFolder.Text(work, "report.html", ReportPage.Print(report));
        PackageFiles.Write(work, model, source);
        progress?.Report(("done", 1));
        return crc;
    }

    // Only x86 has kernels that read blocks; elsewhere the portable ones are faster on rows.
    internal static WeightLayout LayoutFor(Board board) =>
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? board.WeightLayout : WeightLayout.Rows;

    private static void Require(EdgeModel model, HeadAgreement head)
    {
        if (head.MedianCents > MaxPitchCents || head.VoicingDisagreement > MaxVoicingDisagreement)
        {
            throw new BuildException(FormattableString.Invariant(
                $"The INT8 library of '{model.Name}' differs from float by {head.MedianCents:F1} cents of pitch (median, at most {MaxPitchCents}) and in the voicing of {head.VoicingDisagreement:P1} of hops (at most {MaxVoicingDisagreement:P0}); it is not handed out."));
        }
    }

    private static BuildReport Report(
        EdgeModel model, LoweredGraph lowered, MemoryPlan plan, ModelSource source, Board board, CCompiler compiler, NodeComparison comparison, long libraryBytes, uint crc)
    {
        List<LayerReport> layers = BuildReport.LayersOf(lowered, comparison);
        return new BuildReport
        {
            Tool = Tool,
            Model = model.Name,
            WeightsSha256 = Convert.ToHexStringLower(model.WeightsHash),
            TokenSpace = model.Config.Space.ToString(),
            Board = board.Name,
            Compiler = compiler.Version,
            SampleRate = model.Config.SampleRate,
            MacsPerSecond = (long)Math.Round(layers.Sum(l => l.Macs) * model.Config.Rate.FramesPerSecond),
            WeightBytes = source.Weights.Bytes,
            LibraryBytes = libraryBytes,
            FlashBudgetBytes = board.FlashBytes,
            ArenaBytes = plan.ArenaBytes,
            RamBudgetBytes = board.RamBytes,
            StateBytes = plan.StateBytes,
            ArenaLowerBoundBytes = plan.LowerBound,
            PitchMedianCents = Math.Round(comparison.Head.MedianCents, 3),
            VoicingDisagreement = Math.Round(comparison.Head.VoicingDisagreement, 5),
            ConformanceCrc32 = $"{crc:x8}",
            Layers = layers,
            EncoderArenaBytes = source.Encoder?.Plan.ArenaBytes,
            EncoderLayers = source.Encoder is { } encoder ? BuildReport.LayersOf(encoder.Program) : null,
        };
    }

    private static BuildResult Result(EdgeModel model, string folder, CCompiler compiler, uint crc)
    {
        var names = new CNames(model.Name);
        string library = Path.Combine(folder, "lib", new LibraryBuild(compiler, folder, names).SharedName);
        return new BuildResult(folder, library, names.Descriptor, Path.Combine(folder, "report.html"), Path.Combine(folder, "report.json"), crc);
    }

    private static StageProgress? Scaled(IProgress<(string Stage, double Done)>? progress, string stage, double from, double to) =>
        progress is null ? null : new StageProgress(progress, stage, from, to);

    // Reports at once, on the caller's thread: Progress<T> posts, and what it posts may arrive after the end or out of order.
    private sealed class StageProgress(IProgress<(string Stage, double Done)> whole, string stage, double from, double to) : IProgress<double>
    {
        public void Report(double value) => whole.Report((stage, from + ((to - from) * value)));
    }
}
