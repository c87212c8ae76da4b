using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Compiler.Planning;

/// <summary>
/// Convolutions gather the rows that their matrix sees some rows at a time: few enough that they stay in a near cache while the matrix reads them, and, where the weights do not, enough
/// that each weight that comes from memory serves many rows.
/// </summary>
public static class GatheredRows
{
    /// <summary>Name of the block of the arena in which they lie, which all convolutions share.</summary>
    public const string BlockName = "gathered";

    // Weights of this size stay in a second-level cache, and a gathered part of that size in the first.
    private const int SmallMatrix = 256 << 10;
    private const int SmallPart = 40 << 10;
    private const int LargePart = 384 << 10;

    // Kernels take rows by sixes, fours or twos.
    private const int Multiple = 12;

    /// <summary>The window through which an operation's matrix sees its input, or null.</summary>
    public static ConvWindow? WindowOf(IntegerOperation operation) => operation switch
    {
        LinearOperation o => o.Window,
        LinearSnakeOperation o => o.Window,
        _ => null,
    };

    /// <summary>Rows that are gathered at a time for a matrix.</summary>
    public static int RowsOf(IntegerMatrix matrix, IntegerBuffer input)
    {
        int part = (long)matrix.In * matrix.Out <= SmallMatrix ? SmallPart : LargePart;
        return Math.Max(1, part / (matrix.In * input.ElementBytes) / Multiple) * Multiple;
    }

    /// <summary>Bytes that an operation gathers at a time.</summary>
    public static int Bytes(IntegerOperation operation) => operation switch
    {
        LinearOperation { Window: not null } o => RowsOf(o.Matrix, o.Input) * o.Matrix.In * o.Input.ElementBytes,
        LinearSnakeOperation { Window: not null } o => RowsOf(o.Matrix, o.Input) * o.Matrix.In * o.Input.ElementBytes,
        _ => 0,
    };
}
