using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Counting;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Compiler.Reports;

/// <summary>Instructions and cycles of the mean frame, in whole numbers: those of the layers and of the interface add up to the total.</summary>
internal static class FrameCosts
{
    private const double FrameMilliseconds = 80;

    /// <summary>A frame's cost, and each layer's instructions and cycles in the program's order.</summary>
    internal sealed record Result(FrameCost Frame, IReadOnlyList<(long Instructions, long Cycles)> Layers);

    /// <summary>From what an emulator counted.</summary>
    public static Result Counted(InstructionCount count, Board board, string speech)
    {
        double[] Mean(Func<InstructionCount.Cost, double> figure) => [.. count.Operations.Append(count.Interface).Select(c => figure(c) / count.Frames)];
        return Of(board, Mean(c => c.Instructions), Mean(c => c.Cycles), count.CycleModel, "counted", count.How, speech, count.Frames, count.WorstFrame);
    }

    /// <summary>From the board's instruction model; null where it has none.</summary>
    public static Result? Modelled(IntegerProgram program, Board board)
    {
        if (board.InstructionModel is not { } model)
        {
            return null;
        }

        // The interface is too little for a model.
        double[] instructions = [.. program.Operations.Select(model.Of), 0];
        string cycles = FormattableString.Invariant($"{model.CyclesPerInstruction} cycles an instruction");
        return Of(board, instructions, [.. instructions.Select(i => i * model.CyclesPerInstruction)], cycles, "modelled", "instruction_model of board.json, fitted to counts of the built-in models", null, null, null);
    }

    private static Result Of(Board board, double[] instructions, double[] cycles, string cycleModel, string basis, string how, string? speech, int? frames, long? worst)
    {
        long[] wholeInstructions = Rounded(instructions), wholeCycles = Rounded(cycles);
        long sum = wholeInstructions.Sum(), cycleSum = wholeCycles.Sum();
        double? Time(double c) => board.ClockHz is { } clock ? 1000 * c / clock : null;
        double? mean = Time(cycleSum);
        var cost = new FrameCost
        {
            Basis = basis,
            How = how,
            Speech = speech,
            Frames = frames,
            CycleModel = cycleModel,
            Instructions = sum,
            WorstInstructions = worst,
            InterfaceInstructions = wholeInstructions[^1],
            Cycles = cycleSum,
            InterfaceCycles = wholeCycles[^1],
            ClockHz = board.ClockHz,
            Milliseconds = mean is { } m ? Math.Round(m, 3) : null,
            WorstMilliseconds = worst is { } w && sum > 0 && Time((double)w * cycleSum / sum) is { } t ? Math.Round(t, 3) : null,
            RealTimeFactor = mean is { } r ? Math.Round(r / FrameMilliseconds, 4) : null,
        };
        return new Result(cost, [.. wholeInstructions.SkipLast(1).Zip(wholeCycles.SkipLast(1))]);
    }

    /// <summary>Whole numbers that add up to the rounded sum: all are rounded down, and those with the largest remainders up.</summary>
    public static long[] Rounded(IReadOnlyList<double> values)
    {
        long[] whole = [.. values.Select(v => (long)Math.Floor(v))];
        int missing = (int)((long)Math.Round(values.Sum()) - whole.Sum());
        foreach (int i in Enumerable.Range(0, whole.Length).OrderByDescending(i => values[i] - whole[i]).ThenBy(i => i).Take(missing))
        {
            whole[i]++;
        }

        return whole;
    }
}
