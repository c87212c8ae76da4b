using System.Globalization;
using Qwen3Tokenizer.Edge.Compiler.Reports;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Compiler.Boards;

/// <summary>What users are told about full-size models on boards that are slow for them.</summary>
internal static class FullModelSpeed
{
    // Milliseconds that a frame of speech lasts.
    private const double RealTime = 80;

    /// <summary>The refusal of a board that has no budgets for such models.</summary>
    public static BuildException NotFor(Board board, Qwen3Tts12Hz model)
    {
        string boards = string.Join(", ", Board.Names.Where(n => Board.Load(n).FullModel is not null));
        long macs = model.Decoder.MultiplyAccumulates;

        // Matrices alone, with 8-bit inputs: no decoder can be faster.
        string time = board is { InstructionModel: { } instructions, ClockHz: { } clock }
            ? string.Create(CultureInfo.InvariantCulture, $", which takes its {board.Processor} at least {1000 * macs * instructions.LinearInt8 * instructions.CyclesPerInstruction / clock:F0} ms")
            : "";
        return new BuildException(string.Create(CultureInfo.InvariantCulture,
            $"Board '{board.Name}' runs no full-size models: a frame of {RealTime} ms of '{model.Name}' is {macs / 1e6:F0} million multiply-accumulates{time}; build for one of {boards}, take an edge model (--model {BuiltInModels.Default}), or give its board.json a section {BoardFile.FullModelSection}."));
    }

    /// <summary>What a board that does not keep up with speech can still do; null where it keeps up, or nothing is known.</summary>
    public static string? NoticeOf(Board board, string model, BoardTime time)
    {
        if (time.FrameMilliseconds is not { } milliseconds || milliseconds <= RealTime)
        {
            return null;
        }

        string basis = time.Decoder!.Frame is { Basis: "counted" } frame ? $"counted under {frame.How}" : "by the board's instruction model";
        return string.Create(CultureInfo.InvariantCulture,
            $"Board '{board.Name}' is not expected to follow live speech of '{model}': a frame of {RealTime} ms takes one core about {milliseconds:F0} ms ({basis}, {time.Decoder.Frame.CycleModel}; not timed on a board), a second of speech {milliseconds / RealTime:F1} s. The library turns token files into speech; for a live stream take an edge model (--model {BuiltInModels.Default}).");
    }
}
