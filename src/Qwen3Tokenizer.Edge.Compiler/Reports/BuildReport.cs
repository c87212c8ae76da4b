using System.Text.Json;
using System.Text.Json.Serialization;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Firmware;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Compiler.Reports;

/// <summary>One operation in a report.</summary>
/// <param name="Name">Graph node.</param>
/// <param name="Operation">Kind.</param>
/// <param name="Macs">Multiply-accumulate operations per frame.</param>
/// <param name="WeightBytes">Bytes of its constants.</param>
/// <param name="OutputBits">8 or 16.</param>
/// <param name="Int8SqnrDb">What 8 bits would give at its output, measured on the calibration clips; null where 8 bits were no candidate.</param>
/// <param name="SqnrDb">Measured against float on the verification clip; null without a float counterpart.</param>
public sealed record LayerReport(string Name, string Operation, long Macs, long WeightBytes, int OutputBits, double? Int8SqnrDb, double? SqnrDb)
{
    /// <summary>Bytes of its constants as they are stored for the board: packed, padded, and once where encoder and decoder share them.</summary>
    public long FlashBytes { get; init; }

    /// <summary>Bytes of the arena that it keeps from frame to frame.</summary>
    public long StateBytes { get; init; }

    /// <summary>Bytes of the arena in use while it runs, the state of all layers among them.</summary>
    public long LiveBytes { get; init; }

    /// <summary>Instructions for a frame on the board, as <see cref="FrameCost"/> says how; null where nothing is known.</summary>
    public long? Instructions { get; init; }

    /// <summary>Modelled cycles for a frame; null likewise.</summary>
    public long? Cycles { get; init; }
}

/// <summary>The report of a build, as report.json has it. No time and no path: the same inputs give the same bytes.</summary>
public sealed record BuildReport
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Version of this schema.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Tool and version.</summary>
    public required string Tool { get; init; }

    /// <summary>Model name.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of the float weights.</summary>
    public required string WeightsSha256 { get; init; }

    /// <summary>Token space.</summary>
    public required string TokenSpace { get; init; }

    /// <summary>Board name.</summary>
    public required string Board { get; init; }

    /// <summary>First line of the compiler's version.</summary>
    public required string Compiler { get; init; }

    /// <summary>Hz.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Multiply-accumulate operations per second of audio.</summary>
    public required long MacsPerSecond { get; init; }

    /// <summary>Bytes of all constants.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Bytes of the compiled library, weights included.</summary>
    public required long LibraryBytes { get; init; }

    /// <summary>The board's limit for it.</summary>
    public required long FlashBudgetBytes { get; init; }

    /// <summary>Bytes of a decoder's arena.</summary>
    public required int ArenaBytes { get; init; }

    /// <summary>What each further frame that passes at once adds to it.</summary>
    public int? ArenaBytesPerFurtherFrame { get; init; }

    /// <summary>The board's limit for it.</summary>
    public required long RamBudgetBytes { get; init; }

    /// <summary>Part of the RAM limit that is kept for the stack.</summary>
    public long? StackBudgetBytes { get; init; }

    /// <summary>Time of a frame on the board that is held against its limit, ms: of the costliest that was counted, or of any after a model (<see cref="Frame"/>); null where nothing is known.</summary>
    public double? FrameMilliseconds { get; init; }

    /// <summary>The board's limit for it.</summary>
    public double? FrameBudgetMilliseconds { get; init; }

    /// <summary>Part of the arena that lives from frame to frame.</summary>
    public required int StateBytes { get; init; }

    /// <summary>No arena can be smaller.</summary>
    public required int ArenaLowerBoundBytes { get; init; }

    /// <summary>Median pitch difference from float at the head, cents; null for a model without a source-filter head.</summary>
    public double? PitchMedianCents { get; init; }

    /// <summary>Share of hops whose voicing differs from float's; null likewise.</summary>
    public double? VoicingDisagreement { get; init; }

    /// <summary>Signal-to-noise ratio of the samples against float, dB; null for a model whose samples have another phase than float's.</summary>
    public double? SamplesSqnrDb { get; init; }

    /// <summary>CRC-32 of the PCM of the conformance tokens.</summary>
    public required string ConformanceCrc32 { get; init; }

    /// <summary>The emulator in which the compiled conformance program gave that checksum; null where none did.</summary>
    public string? VerifiedUnder { get; init; }

    /// <summary>Sections of the compiled library that occupy memory, the largest first; null where there is none or its format has no such sections.</summary>
    public IReadOnlyList<ElfSection>? Sections { get; init; }

    /// <summary>What occupies most flash, the largest first.</summary>
    public IReadOnlyList<Contributor>? Largest { get; init; }

    /// <summary>The firmware image with the board's alerts; null where none was linked.</summary>
    public FirmwareImage? Firmware { get; init; }

    /// <summary>What the flash holds, the sum being <see cref="LibraryBytes"/>: the layers' constants, what aligns them, and the rest, which is code.</summary>
    public required FlashParts Flash { get; init; }

    /// <summary>What a frame costs on the board; null where nothing is known of its processor.</summary>
    public FrameCost? Frame { get; init; }

    /// <summary>The same for the encoder; null where it was not counted.</summary>
    public FrameCost? EncoderFrame { get; init; }

    /// <summary>How well each alert is understood; null for a build without alerts.</summary>
    public IReadOnlyList<AlertReport>? Alerts { get; init; }

    /// <summary>Operations of the decoder in order.</summary>
    public required IReadOnlyList<LayerReport> Layers { get; init; }

    /// <summary>Bytes of an encoder's arena; null when the model has no encoder.</summary>
    public int? EncoderArenaBytes { get; init; }

    /// <summary>Part of it that lives from frame to frame.</summary>
    public int? EncoderStateBytes { get; init; }

    /// <summary>Operations of the encoder in order; null when the model has none. Their quality is not compared here, token by token, but by the tests and benchmarks.</summary>
    public IReadOnlyList<LayerReport>? EncoderLayers { get; init; }

    /// <summary>The JSON text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json) + "\n";

    /// <summary>Layers of a program.</summary>
    /// <param name="lowered">The program.</param>
    /// <param name="sqnr">An operation's ratio of signal to noise against float, dB; NaN where it was not compared.</param>
    public static List<LayerReport> LayersOf(LoweredGraph lowered, Func<string, double> sqnr) =>
        [.. lowered.Program.Operations.Select(o => Layer(o, lowered, sqnr))];

    /// <summary>Layers of a program that was not compared with float.</summary>
    public static List<LayerReport> LayersOf(IntegerProgram program) =>
        [.. program.Operations.Select(o => new LayerReport(o.Name, KindOf(o), MacsOf(o), WeightsOf(o), o.Output.ElementBytes * 8, null, null))];

    /// <summary>Multiply-accumulate operations of an operation per frame; an attention's with its window filled.</summary>
    public static long MacsOf(IntegerOperation operation) => operation switch
    {
        LinearOperation { Window: null } o => (long)o.Matrix.Weight.Length * o.Matrix.RowsOf(o.Input),
        LinearSnakeOperation { Window: null } o => (long)o.Matrix.Weight.Length * o.Matrix.RowsOf(o.Input),
        LinearOperation o => (long)o.Matrix.Weight.Length * o.Input.Rows,
        LinearSnakeOperation o => (long)o.Matrix.Weight.Length * o.Input.Rows,
        LinearAddOperation o => (long)o.Matrix.Weight.Length * o.Matrix.RowsOf(o.Input),
        LinearGeluOperation o => (long)o.Matrix.Weight.Length * o.Matrix.RowsOf(o.Input),
        AttentionOperation o => 2L * o.Query.Rows * o.Query.Channels * o.Constants.Window,
        DepthwiseOperation o => (long)o.Weight.Length * o.Input.Rows,
        EmbedOperation o => (long)o.Layers * o.Dim,
        FrontEndOperation o => (long)o.Constants.Weight.Length * o.Output.Rows,
        SearchOperation o => o.Table.Length,
        _ => 0,
    };

    private static LayerReport Layer(IntegerOperation o, LoweredGraph lowered, Func<string, double> sqnr)
    {
        double? Finite(double value) => double.IsFinite(value) ? Math.Round(value, 2) : null;
        double? candidate = lowered.Decisions.TryGetValue(o.Output.Name, out ActivationStep? step) ? Finite(step.Int8Sqnr) : null;
        return new LayerReport(o.Name, KindOf(o), MacsOf(o), WeightsOf(o), o.Output.ElementBytes * 8, candidate, Finite(sqnr(o.Name)));
    }

    private static string KindOf(IntegerOperation operation) => operation.GetType().Name.Replace("Operation", "", StringComparison.Ordinal);

    /// <summary>Bytes of an operation's constants.</summary>
    internal static long WeightsOf(IntegerOperation operation)
    {
        static long Snake(SnakeConstants s) => (sizeof(uint) * (long)s.Frequency.Length) + (sizeof(short) * (long)s.Gain.Length);
        static long Matrix(IntegerMatrix m) => m.Weight.Length + (sizeof(int) * ((long)m.Bias.Length + m.Multiplier.Length));
        return operation switch
        {
            LinearOperation o => Matrix(o.Matrix),
            LinearAddOperation o => Matrix(o.Matrix),
            LinearGeluOperation o => Matrix(o.Matrix),
            LinearSnakeOperation o => Matrix(o.Matrix) + Snake(o.Constants),
            SnakeOperation o => Snake(o.Constants),
            AttentionOperation o => sizeof(uint) * (long)o.Constants.Increments.Length,
            DepthwiseOperation o => (sizeof(short) * (long)o.Weight.Length) + (sizeof(int) * ((long)o.Bias.Length + o.Multiplier.Length)),
            EmbedOperation o => o.Table.Length + (sizeof(int) * (long)o.Multipliers.Length),
            FrontEndOperation o => (sizeof(int) * ((long)o.Constants.Window.Length + o.Constants.Weight.Length + o.Constants.Offset.Length + o.Constants.Gain.Length)) + (2 * sizeof(ushort) * (long)o.Constants.First.Length),
            SearchOperation o => o.Table.Length + (sizeof(int) * ((long)o.Gain.Length + o.Half.Length + o.Step.Length)) + o.LeftShift.Length,
            SourceFilterOperation o => (sizeof(int) * (long)o.Constants.Window.Length) + o.Constants.Knot.Length + (sizeof(ushort) * (long)o.Constants.Weight.Length),
            _ => 0,
        };
    }
}
