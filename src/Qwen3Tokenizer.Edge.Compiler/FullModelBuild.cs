using System.Security.Cryptography;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Counting;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Lowering.Passes;
using Qwen3Tokenizer.Edge.Compiler.Packages;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Reports;
using Qwen3Tokenizer.Edge.Compiler.Verification;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Compiler;

/// <summary>A full-size decoder in integers.</summary>
/// <param name="Graph">The float graph that was lowered: gains and layer scales are part of its matrices.</param>
/// <param name="Lowered">The integer program.</param>
/// <param name="Plan">Its arena.</param>
/// <param name="Source">Its C source and weights.</param>
public sealed record FullModelSource(Graph Graph, LoweredGraph Lowered, MemoryPlan Plan, ModelSource Source);

/// <summary>Encodes clips of mono samples at the model's rate: all layers, frame by frame, each clip alone.</summary>
/// <param name="clips">The clips.</param>
public delegate IReadOnlyList<ushort[]> ClipEncoder(IReadOnlyList<float[]> clips);

/// <summary>The decoder of the full-size model as INT8 C, for desktops and boards with memory for it.</summary>
public static class FullModelBuild
{
    private const int HopsPerFrame = 4;

    // Speech to calibrate on: the float executor takes seconds for each second of it.
    private const double CalibrationSeconds = 6;

    // A frame is traced in ten megabytes, and emulated in seconds.
    private const int RealFrames = 4, RandomFrames = 2, ComparedFrames = 6, CountedFrames = 3;

    /// <summary>Name of the model in what <see cref="Cached"/> builds: that of the folder is the user's, and may be no name in C.</summary>
    public const string CachedName = "qwen3-tts-tokenizer-12hz";

    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(20);

    /// <summary>Calibrates, lowers and plans the decoder and prints its C source.</summary>
    /// <param name="model">The model.</param>
    /// <param name="calibration">Codes to calibrate on: each the whole of a stream, frame by frame, with every layer of the model.</param>
    /// <param name="options">Where 8 bits are enough.</param>
    /// <param name="layout">Order of the matrices' weights.</param>
    /// <param name="name">Name in C; null for the model's own.</param>
    /// <exception cref="BuildException">The model cannot be lowered, or there is nothing to calibrate on; the message says why.</exception>
    public static FullModelSource Emit(
        Qwen3Tts12Hz model, IReadOnlyList<ushort[]> calibration, LoweringOptions? options = null, WeightLayout layout = WeightLayout.Blocked, string? name = null)
    {
        name ??= model.Name;
        Graph graph = FoldedGains.Of(model.Decoder);
        LoweredGraph lowered = GraphLowering.Lower(graph, CalibrationStatistics.Gather(graph, [.. calibration.Select(c => CodesOf(model, c))]), options);
        lowered = lowered with { Program = lowered.Program with { Name = name } };
        MemoryPlan plan = MemoryPlan.Of(lowered.Program);
        int frame = model.Config.SamplesPerFrame;
        var description = new ModelDescription(
            name, model.Config.SampleRate, frame, frame / HopsPerFrame, 0, 1, model.Config.Layers, model.Config.Layers, model.Config.CodebookSize, model.Space);
        string provenance = $"{name}, the decoder of a Qwen3-TTS-Tokenizer-12Hz model, emitted by {HostBuild.Tool}. Do not edit.";
        return new FullModelSource(graph, lowered, plan, new ModelSource(description, lowered.Program, plan, provenance, layout));
    }

    /// <summary>
    /// Emits the decoder, verifies it with this machine's compiler in a child process, compares every operation with float, compiles it with the board's toolchain, runs it in the board's
    /// emulator, and holds it against what the board may spend on such a model. A board that is slower than real time gets its library with a notice that says so.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="encode">Encodes the shipped clips with the model's own encoder.</param>
    /// <param name="board">The board.</param>
    /// <param name="outputFolder">New, empty, or an earlier build's, which is replaced; it appears only when everything succeeded.</param>
    /// <param name="options">Where 8 bits are enough.</param>
    /// <param name="progress">Told the stage and the share done, 0..1.</param>
    /// <exception cref="CompilerNotFoundException">This machine has no C compiler of its own.</exception>
    /// <exception cref="BuildException">The board runs no full-size models, or the build failed or costs more than the board has; the message says why.</exception>
    public static BoardBuildResult Build(
        Qwen3Tts12Hz model, ClipEncoder encode, Board board, string outputFolder, LoweringOptions? options = null, IProgress<(string Stage, double Done)>? progress = null) =>
        Build(model, null, HashOf(model), encode, board, outputFolder, options, progress);

    /// <summary>The library for this machine, kept in the user's cache folder and found again by the model's contents, tool, compiler and processor.</summary>
    /// <param name="model">The model.</param>
    /// <param name="encode">Encodes the shipped clips with the model's own encoder; only called where the library is not there yet.</param>
    /// <param name="progress">Told the stage and the share done, 0..1.</param>
    /// <inheritdoc cref="Build(Qwen3Tts12Hz, ClipEncoder, Board, string, LoweringOptions?, IProgress{ValueTuple{string, double}}?)"/>
    public static BuildResult Cached(Qwen3Tts12Hz model, ClipEncoder encode, IProgress<(string Stage, double Done)>? progress = null)
    {
        progress?.Report(("reading the model", 0));
        byte[] weights = HashOf(model);
        byte[] contents = SHA256.HashData([.. weights, .. SHA256.HashData(File.ReadAllBytes(model.Config.Path))]);
        return BuildCache.FindOrBuild(CachedName, contents, folder => HostBuild.Of(Build(model, CachedName, weights, encode, Board.Load(HostBuild.BoardName), folder, null, progress)));
    }

    private static BoardBuildResult Build(
        Qwen3Tts12Hz model, string? name, byte[] weights, ClipEncoder encode, Board board, string outputFolder, LoweringOptions? options, IProgress<(string Stage, double Done)>? progress)
    {
        var compiler = CCompiler.Require();
        _ = new CNames(name ?? model.Name);
        Board budgeted = board.ForFullModels() ?? throw FullModelSpeed.NotFor(board, model);
        return OutputFolder.Fill(outputFolder, work =>
        {
            progress?.Report(("encoding speech to calibrate on", 0));
            IReadOnlyList<ushort[]> codes = encode(CalibrationClips.Samples(model.Config.SampleRate, CalibrationSeconds));
            progress?.Report(("calibrating", 0.1));
            FullModelSource full = Emit(model, codes, options, HostBuild.LayoutFor(board), name);
            progress?.Report(("emitting C", 0.4));
            EmittedFolder.Write(work, full.Source);
            BoardBuild.CopyBoardFiles(board, work);
            return Finish(full, ClipOf(full, codes[0]), WeightsLicence.OfUnknown(Path.GetFileName(model.Checkpoint.Path), weights), budgeted, compiler, work, progress);
        });
    }

    private static BoardBuildResult Finish(
        FullModelSource full, TokenClip speech, WeightsLicence licence, Board board, CCompiler compiler, string work, IProgress<(string Stage, double Done)>? progress)
    {
        (ModelSource source, LoweredGraph lowered) = (full.Source, full.Lowered);
        IReadOnlyList<string> ownFlags = board.System == BoardSystem.Host ? board.CompilerFlags : Board.Load(HostBuild.BoardName).CompilerFlags;
        uint crc;
        Dictionary<string, double> noise;
        using (var conformance = new Conformance(source, new LibraryBuild(compiler, work, source.Names), ConformanceVectors.Of(source.Model, speech, RealFrames, RandomFrames), ownFlags, RunLimit))
        {
            progress?.Report(("verifying in a child process", 0.5));
            crc = conformance.Fix();
            progress?.Report(("comparing with float", 0.6));
            TokenClip compared = First(speech, ComparedFrames);
            var input = new FloatTensor(compared.Frames, compared.Layers, Array.ConvertAll(compared.Codes.ToArray(), c => (float)c));
            noise = LayerNoise.Of(full.Graph, lowered.Program, input, conformance.Trace(compared)).ToDictionary(n => n.Operation, n => n.Sqnr, StringComparer.Ordinal);
        }

        progress?.Report(("compiling", 0.7));
        CompiledBoard compiled = CompiledBoard.Of(board, compiler, work, source, RunLimit);
        BuildCost cost = BuildCosts.Of(board, lowered.Program, full.Plan, source, compiled, BuiltInModels.Default);
        cost.RequireWithin(board);
        progress?.Report(("counting instructions", 0.85));
        List<string> notices = [.. compiled.Notices];
        BoardTime time = BoardTime.Of(new FrameCounter(board, compiler, work, source, RunLimit), null, [First(speech, CountedFrames)], lowered.Program, notices);
        cost = cost with { FrameMilliseconds = time.FrameMilliseconds };
        cost.RequireWithin(board);
        if (FullModelSpeed.NoticeOf(board, source.Model.Name, time) is { } slow)
        {
            notices.Add(slow);
        }

        double Sqnr(string operation) => noise.GetValueOrDefault(operation, double.NaN);
        BuildReport report = new BoardReport(board, Convert.FromHexString(licence.Sha256), lowered, full.Plan, source).Of(compiled, cost, time, Sqnr, crc) with
        {
            SamplesSqnrDb = Math.Round(Sqnr(lowered.Program.Operations[^1].Name), 2),
        };
        BoardBuildResult result = BoardBuild.Finish(work, source, report, compiled with { Notices = notices }, licence, crc);
        progress?.Report(("done", 1));
        return result;
    }

    private static TokenClip ClipOf(FullModelSource full, ushort[] codes)
    {
        ModelDescription model = full.Source.Model;
        var rate = new FrameRate(model.SampleRate, model.FrameSamples);
        return new TokenClip(model.Space, model.UsedLayers, int.Log2(model.CodebookSize - 1) + 1, rate, codes, (long)(codes.Length / model.UsedLayers) * model.FrameSamples, 0);
    }

    private static TokenClip First(TokenClip clip, int frames)
    {
        frames = Math.Min(frames, clip.Frames);
        return new TokenClip(clip.Space, clip.Layers, clip.BitsPerCode, clip.Rate, clip.Codes[..(frames * clip.Layers)], (long)frames * clip.Rate.SamplesPerFrame, clip.Delay);
    }

    private static byte[] HashOf(Qwen3Tts12Hz model)
    {
        using FileStream file = File.OpenRead(model.Checkpoint.Path);
        return SHA256.HashData(file);
    }

    private static FloatTensor CodesOf(Qwen3Tts12Hz model, ushort[] codes) => codes.Length > 0 && codes.Length % model.Config.Layers == 0
        ? new FloatTensor(codes.Length / model.Config.Layers, model.Config.Layers, Array.ConvertAll(codes, c => (float)c))
        : throw new BuildException($"{codes.Length} codes to calibrate '{model.Name}' on do not fill whole frames of {model.Config.Layers} layers.");
}
