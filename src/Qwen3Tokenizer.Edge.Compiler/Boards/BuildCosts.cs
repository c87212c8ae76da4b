using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Compiler.Reports;
using Qwen3Tokenizer.Edge.Models.Configuration;

namespace Qwen3Tokenizer.Edge.Compiler.Boards;

/// <summary>Adds up what a build costs, and by what.</summary>
internal static class BuildCosts
{
    private const int Reported = 12;
    private const string Code = "code";

    /// <summary>Adds up.</summary>
    /// <param name="board">The board.</param>
    /// <param name="decoder">The decoder's program.</param>
    /// <param name="plan">Its arena.</param>
    /// <param name="source">What was emitted.</param>
    /// <param name="compiled">What it was compiled to.</param>
    /// <param name="smallest">A smaller model to propose, or null where there is none.</param>
    public static BuildCost Of(Board board, IntegerProgram decoder, MemoryPlan plan, ModelSource source, CompiledBoard compiled, string? smallest)
    {
        List<Contributor> parts = [.. decoder.Operations.Select(o => new Contributor(o.Name, BuildReport.WeightsOf(o)))];
        long encoderBytes = 0;
        if (source.Encoder is { } encoder)
        {
            List<Contributor> its = [.. encoder.Program.Operations.Select(o => new Contributor(o.Name, BuildReport.WeightsOf(o) - SharedBytes(o, decoder)))];
            encoderBytes = its.Sum(c => c.Bytes);
            parts.AddRange(its);
        }

        if (compiled.CodeBytes is { } code)
        {
            parts.Add(new Contributor(Code, code));
        }

        long flash = compiled.FlashBytes ?? source.Weights.Bytes, arena = Math.Max(plan.ArenaBytes, source.Encoder?.Plan.ArenaBytes ?? 0);
        return new BuildCost(flash, arena, compiled.DataBytes, null, [.. parts.Where(p => p.Bytes > 0).OrderByDescending(p => p.Bytes).Take(Reported)], Advice(smallest, encoderBytes, flash - board.FlashBytes));
    }

    /// <summary>The smallest built-in model; null when it is the one that is built.</summary>
    public static string? SmallerThan(string model)
    {
        string smallest = BuiltInModels.Names.MinBy(name => new FileInfo(Path.ChangeExtension(BuiltInModels.PathOf(name), ".safetensors")).Length)!;
        return model == smallest ? null : smallest;
    }

    // Encoder and decoder store an equal codebook once.
    private static long SharedBytes(IntegerOperation operation, IntegerProgram decoder) =>
        operation is SearchOperation search && decoder.Operations.OfType<EmbedOperation>().Any(e => e.Table.AsSpan().SequenceEqual(search.Table)) ? search.Table.Length : 0;

    // What would not make the library fit is not proposed.
    private static string? Advice(string? smallest, long encoderBytes, long excess)
    {
        List<string> ways = [];
        if (encoderBytes > 0 && encoderBytes >= excess)
        {
            ways.Add($"leave out the encoder (--decoder-only, {encoderBytes} bytes)");
        }

        if (smallest is not null)
        {
            ways.Add($"take the smallest model (--model {smallest})");
        }

        return ways.Count == 0 ? null : string.Join(" or ", ways);
    }
}
