namespace Qwen3Tokenizer.Edge.Compiler.Counting;

/// <summary>What the emulator counted while a library decoded or encoded frames.</summary>
/// <param name="How">The emulator with its arguments.</param>
/// <param name="CycleModel">How cycles follow from instructions.</param>
/// <param name="Frames">Frames.</param>
/// <param name="WorstFrame">Instructions of the costliest.</param>
/// <param name="Interface">What belongs to no operation: the interface's checks and the entry of the network's functions.</param>
/// <param name="Operations">Every operation of the program, in order.</param>
public sealed record InstructionCount(string How, string CycleModel, int Frames, long WorstFrame, InstructionCount.Cost Interface, IReadOnlyList<InstructionCount.Cost> Operations)
{
    /// <summary>All frames together.</summary>
    /// <param name="Instructions">Instructions executed.</param>
    /// <param name="Cycles">Modelled cycles.</param>
    public readonly record struct Cost(long Instructions, double Cycles);

    /// <summary>Instructions of all frames.</summary>
    public long Instructions => Interface.Instructions + Operations.Sum(o => o.Instructions);

    /// <summary>Modelled cycles of all frames.</summary>
    public double Cycles => Interface.Cycles + Operations.Sum(o => o.Cycles);
}
