using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Compiler.Reports;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Compiler.Boards;

/// <summary>Adds up what a build costs, and by what.</summary>
internal static class BuildCosts
{
    private const int Reported = 12;
    private const string Code = "code";

    public static BuildCost Of(EdgeModel model, Board board, IntegerProgram decoder, MemoryPlan plan, ModelSource source, CompiledBoard compiled)
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

        long macs = decoder.Operations.Sum(BuildReport.MacsOf);
        double? time = board.InstructionsPerMac is { } instructions && board.ClockHz is { } clock ? 1000.0 * macs * instructions * board.CyclesPerInstruction / clock : null;
        long flash = compiled.FlashBytes ?? source.Weights.Bytes, arena = Math.Max(plan.ArenaBytes, source.Encoder?.Plan.ArenaBytes ?? 0);
        return new BuildCost(flash, arena, compiled.DataBytes, time, [.. parts.Where(p => p.Bytes > 0).OrderByDescending(p => p.Bytes).Take(Reported)], Advice(model, encoderBytes, flash - board.FlashBytes));
    }

    // Encoder and decoder store an equal codebook once.
    private static long SharedBytes(IntegerOperation operation, IntegerProgram decoder) =>
        operation is SearchOperation search && decoder.Operations.OfType<EmbedOperation>().Any(e => e.Table.AsSpan().SequenceEqual(search.Table)) ? search.Table.Length : 0;

    // What would not make the library fit is not proposed.
    private static string? Advice(EdgeModel model, long encoderBytes, long excess)
    {
        List<string> ways = [];
        if (encoderBytes > 0 && encoderBytes >= excess)
        {
            ways.Add($"leave out the encoder (--decoder-only, {encoderBytes} bytes)");
        }

        string smallest = BuiltInModels.Names.MinBy(name => new FileInfo(Path.ChangeExtension(BuiltInModels.PathOf(name), ".safetensors")).Length)!;
        if (model.Name != smallest)
        {
            ways.Add($"take the smallest model (--model {smallest})");
        }

        return ways.Count == 0 ? null : string.Join(" or ", ways);
    }
}
