namespace Qwen3Tokenizer.Edge.Compiler.Reports;

/// <summary>What a frame (80 ms) of a decoder or encoder costs on a board. Every layer's share stands with the layer (<see cref="LayerReport"/>); together with the interface's they are the totals.</summary>
public sealed record FrameCost
{
    /// <summary><c>counted</c>: by the emulator, exactly. <c>modelled</c>: from the instruction model of board.json.</summary>
    public required string Basis { get; init; }

    /// <summary>The emulator with its arguments, or where the model is from.</summary>
    public required string How { get; init; }

    /// <summary>What was decoded or encoded; null for a model.</summary>
    public string? Speech { get; init; }

    /// <summary>Frames that were counted; null for a model.</summary>
    public int? Frames { get; init; }

    /// <summary>How cycles follow from instructions.</summary>
    public required string CycleModel { get; init; }

    /// <summary>Instructions of the mean frame.</summary>
    public required long Instructions { get; init; }

    /// <summary>Instructions of the costliest frame; null for a model.</summary>
    public long? WorstInstructions { get; init; }

    /// <summary>The part of <see cref="Instructions"/> that belongs to no layer: the interface's checks and what lies between the layers.</summary>
    public required long InterfaceInstructions { get; init; }

    /// <summary>Modelled cycles of the mean frame.</summary>
    public required long Cycles { get; init; }

    /// <summary>The part of <see cref="Cycles"/> that belongs to no layer.</summary>
    public required long InterfaceCycles { get; init; }

    /// <summary>The board's clock, Hz; null where board.json names none.</summary>
    public long? ClockHz { get; init; }

    /// <summary>Time of the mean frame at that clock, ms.</summary>
    public double? Milliseconds { get; init; }

    /// <summary>Time of the costliest frame, its cycles taken to be as many for an instruction as the mean frame's, ms.</summary>
    public double? WorstMilliseconds { get; init; }

    /// <summary>Share of real time: the time of the mean frame by the 80 ms that it lasts. Below 1 the board keeps up.</summary>
    public double? RealTimeFactor { get; init; }
}
