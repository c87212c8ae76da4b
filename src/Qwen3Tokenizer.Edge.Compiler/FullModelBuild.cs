using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Lowering.Passes;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Verification;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Compiler;

/// <summary>A full-size decoder in integers.</summary>
/// <param name="Graph">The float graph that was lowered: gains and layer scales are part of its matrices.</param>
/// <param name="Lowered">The integer program.</param>
/// <param name="Plan">Its arena.</param>
/// <param name="Source">Its C source and weights.</param>
public sealed record FullModelSource(Graph Graph, LoweredGraph Lowered, MemoryPlan Plan, ModelSource Source);

/// <summary>What a build of a full-size decoder made.</summary>
/// <param name="Folder">Output folder, full path.</param>
/// <param name="LibraryPath">Shared library, full path.</param>
/// <param name="ModelSymbol">Descriptor, such as <c>q3e_qwen3_tts_tokenizer_12hz</c>.</param>
/// <param name="ReportJsonPath">report.json, full path.</param>
/// <param name="ConformanceCrc">CRC-32 of the PCM of the conformance tokens.</param>
/// <param name="Layers">Every operation's noise against float.</param>
public sealed record FullModelBuildResult(string Folder, string LibraryPath, string ModelSymbol, string ReportJsonPath, uint ConformanceCrc, IReadOnlyList<LayerNoise> Layers);

/// <summary>The decoder of the full-size model as INT8 C, for desktops and boards with memory for it.</summary>
public static class FullModelBuild
{
    private const int HopsPerFrame = 4;

    /// <summary>Calibrates, lowers and plans the decoder and prints its C source.</summary>
    /// <param name="model">The model.</param>
    /// <param name="calibration">Codes to calibrate on: each the whole of a stream, frame by frame, with every layer of the model.</param>
    /// <param name="options">Where 8 bits are enough.</param>
    /// <param name="layout">Order of the matrices' weights.</param>
    /// <exception cref="BuildException">The model cannot be lowered, or there is nothing to calibrate on; the message says why.</exception>
    public static FullModelSource Emit(Qwen3Tts12Hz model, IReadOnlyList<ushort[]> calibration, LoweringOptions? options = null, WeightLayout layout = WeightLayout.Blocked)
    {
        Graph graph = FoldedGains.Of(model.Decoder);
        LoweredGraph lowered = GraphLowering.Lower(graph, CalibrationStatistics.Gather(graph, [.. calibration.Select(c => CodesOf(model, c))]), options);
        MemoryPlan plan = MemoryPlan.Of(lowered.Program);
        int frame = model.Config.SamplesPerFrame;
        var description = new ModelDescription(
            model.Name, model.Config.SampleRate, frame, frame / HopsPerFrame, 0, 1, model.Config.Layers, model.Config.Layers, model.Config.CodebookSize, model.Space);
        string provenance = $"{model.Name}, the decoder of a Qwen3-TTS-Tokenizer-12Hz model, emitted by {HostBuild.Tool}. Do not edit.";
        return new FullModelSource(graph, lowered, plan, new ModelSource(description, lowered.Program, plan, provenance, layout));
    }

    /// <summary>Emits the decoder, compiles it for this machine, verifies it in a child process, and compares every operation with float.</summary>
    /// <param name="model">The model.</param>
    /// <param name="calibration">As for <see cref="Emit"/>; the first frames of the first stream become the conformance tokens.</param>
    /// <param name="outputFolder">New, empty, or an earlier build's, which is replaced; it appears only when everything succeeded.</param>
    /// <param name="options">Where 8 bits are enough.</param>
    /// <param name="progress">Told the stage and the share done, 0..1.</param>
    /// <exception cref="CompilerNotFoundException">There is no C compiler.</exception>
    /// <exception cref="BuildException">The build failed; the message says why.</exception>
    public static FullModelBuildResult Build(
        Qwen3Tts12Hz model, IReadOnlyList<ushort[]> calibration, string outputFolder, LoweringOptions? options = null, IProgress<(string Stage, double Done)>? progress = null)
    {
        string target = Path.GetFullPath(outputFolder);
        OutputFolder.RequireUsable(target);
        CCompiler compiler = CCompiler.Require();
        Board host = Board.Load(HostBuild.BoardName);
        progress?.Report(("calibrating", 0));
        FullModelSource full = Emit(model, calibration, options, HostBuild.LayoutFor(host));
        string work = OutputFolder.CreateBeside(target);
        try
        {
            progress?.Report(("emitting C", 0.5));
            EmittedFolder.Write(work, full.Source);
            var build = new LibraryBuild(compiler, work, full.Source.Names);
            var conformance = new FullModelConformance(build, full, calibration[0]);
            progress?.Report(("verifying in a child process", 0.6));
            uint crc = conformance.Fix(host.CompilerFlags);
            progress?.Report(("comparing with float", 0.7));
            IReadOnlyList<LayerNoise> layers = conformance.CompareWithFloat(host.CompilerFlags);
            progress?.Report(("compiling", 0.9));
            string library = build.Shared(host.CompilerFlags);
            EmittedFolder.Text(work, "report.json", FullModelReport.Print(full, compiler.Version, crc, layers));
            OutputFolder.Replace(target, work);
            progress?.Report(("done", 1));
            return new FullModelBuildResult(
                target, Path.Combine(target, Path.GetRelativePath(work, library)), full.Source.Names.Descriptor, Path.Combine(target, "report.json"), crc, layers);
        }
        finally
        {
            OutputFolder.Remove(work);
        }
    }

    private static FloatTensor CodesOf(Qwen3Tts12Hz model, ushort[] codes) => codes.Length > 0 && codes.Length % model.Config.Layers == 0
        ? new FloatTensor(codes.Length / model.Config.Layers, model.Config.Layers, Array.ConvertAll(codes, c => (float)c))
        : throw new BuildException($"{codes.Length} codes to calibrate '{model.Name}' on do not fill whole frames of {model.Config.Layers} layers.");
}
