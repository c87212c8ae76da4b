using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Planning;
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
    /// <summary>The board that stands for this machine.</summary>
    public const string BoardName = "host";

    // HOPS_PER_FRAME of q3e_decoder.c: a hop is 20 ms.
    private const int HopsPerFrame = 4;

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
        return Of(BoardBuild.Build(model, Board.Load(BoardName), outputFolder, progress: progress));
    }

    /// <summary>The same, kept in the user's cache folder (the environment variable Q3E_CACHE overrides) and found again by model, tool, compiler and processor.</summary>
    public static BuildResult Cached(EdgeModel model, IProgress<(string Stage, double Done)>? progress = null) =>
        BuildCache.FindOrBuild(model.Name, model.WeightsHash, folder => Build(model, folder, progress));

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
        if (options is { CorrectBiases: true })
        {
            var network = new Graph(model.Name, model.Decoder["decoder.head"]);
            lowered = GraphLowering.Lower(model.Decoder, statistics, options with { BiasShifts = BiasCorrection.Of(network, lowered.Program, [.. calibration.Select(c => EdgeCodec.CodesOf(model, c, 0, c.Frames))]) });
        }

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

    /// <summary>A build for this machine's board, which always has a shared library.</summary>
    internal static BuildResult Of(BoardBuildResult result) =>
        new(result.Folder, result.SharedLibraryPath!, result.ModelSymbol, result.ReportPath, result.ReportJsonPath, result.ConformanceCrc);

    // On this machine blocks gain where there are kernels that read them; the portable ones are faster on rows.
    internal static WeightLayout LayoutFor(Board board) =>
        board.System != BoardSystem.Host || RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 or Architecture.Arm64 ? board.WeightLayout : WeightLayout.Rows;
}
