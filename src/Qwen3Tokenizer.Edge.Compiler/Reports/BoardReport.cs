using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Planning;

namespace Qwen3Tokenizer.Edge.Compiler.Reports;

/// <summary>Puts together the report of a build for a board.</summary>
/// <param name="Board">The board.</param>
/// <param name="WeightsHash">SHA-256 of the float weights.</param>
/// <param name="Lowered">The decoder's program.</param>
/// <param name="Plan">Its arena.</param>
/// <param name="Source">What was emitted.</param>
internal sealed record BoardReport(Board Board, byte[] WeightsHash, LoweredGraph Lowered, MemoryPlan Plan, ModelSource Source)
{
    /// <summary>The report.</summary>
    /// <param name="compiled">What was compiled.</param>
    /// <param name="cost">What it costs.</param>
    /// <param name="time">What frames cost.</param>
    /// <param name="sqnr">An operation's ratio of signal to noise against float, dB; NaN where it was not compared.</param>
    /// <param name="crc">CRC-32 of the samples of the conformance tokens.</param>
    public BuildReport Of(CompiledBoard compiled, BuildCost cost, BoardTime time, Func<string, double> sqnr, uint crc)
    {
        ModelDescription model = Source.Model;
        BoardLayers parts = BoardLayers.Of(Lowered, Plan, Source, time, sqnr);
        return new BuildReport
        {
            Tool = HostBuild.Tool,
            Model = model.Name,
            WeightsSha256 = Convert.ToHexStringLower(WeightsHash),
            TokenSpace = model.Space.ToString(),
            Board = Board.Name,
            Compiler = compiled.Compiler ?? "none: sources only",
            SampleRate = model.SampleRate,
            MacsPerSecond = (long)Math.Round(parts.Decoder.Sum(l => l.Macs) * (double)model.SampleRate / model.FrameSamples),
            WeightBytes = Source.Weights.Bytes,
            LibraryBytes = cost.FlashBytes,
            FlashBudgetBytes = Board.FlashBytes,
            ArenaBytes = Plan.ArenaBytes,
            ArenaBytesPerFurtherFrame = Plan.FrameBytes,
            RamBudgetBytes = Board.RamBytes,
            StackBudgetBytes = Board.StackBytes,
            StateBytes = Plan.StateBytes,
            ArenaLowerBoundBytes = Plan.LowerBound,
            FrameMilliseconds = cost.FrameMilliseconds is { } longest ? Math.Round(longest, 2) : null,
            FrameBudgetMilliseconds = Board.FrameMilliseconds,
            ConformanceCrc32 = $"{crc:x8}",
            VerifiedUnder = compiled.VerifiedUnder,
            Sections = compiled.Sections.Count == 0 ? null : compiled.Sections,
            Largest = cost.Largest,
            Flash = parts.Flash(Source, cost.FlashBytes),
            Frame = time.Decoder?.Frame,
            EncoderFrame = time.Encoder?.Frame,
            Layers = parts.Decoder,
            EncoderArenaBytes = Source.Encoder?.Plan.ArenaBytes,
            EncoderStateBytes = Source.Encoder?.Plan.StateBytes,
            EncoderLayers = parts.Encoder,
        };
    }
}
