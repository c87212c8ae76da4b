using System.Globalization;

namespace Qwen3Tokenizer.Edge.Compiler.Boards;

/// <summary>A part of a library.</summary>
/// <param name="Name">Graph node, or the code.</param>
/// <param name="Bytes">What it occupies in flash.</param>
public sealed record Contributor(string Name, long Bytes);

/// <summary>What a build costs on its board.</summary>
/// <param name="FlashBytes">Code and constants.</param>
/// <param name="ArenaBytes">The larger of the decoder's and the encoder's arena.</param>
/// <param name="DataBytes">The library's sections that lie in RAM.</param>
/// <param name="FrameMilliseconds">Time of the costliest frame that was counted, or of any after a model; null where nothing is known.</param>
/// <param name="Largest">The largest parts, in falling order.</param>
/// <param name="Advice">What the user can leave out, as a sentence without an end; null where nothing.</param>
public sealed record BuildCost(long FlashBytes, long ArenaBytes, long DataBytes, double? FrameMilliseconds, IReadOnlyList<Contributor> Largest, string? Advice)
{
    private const int Named = 3;

    /// <summary>Refuses a build that costs more than the board has.</summary>
    /// <exception cref="BuildException">A budget is exceeded; the message says by how much, by what, and what to do.</exception>
    public void RequireWithin(Board board)
    {
        if (FlashBytes > board.FlashBytes)
        {
            string largest = string.Join(", ", Largest.Take(Named).Select(c => $"{c.Name} ({c.Bytes})"));
            throw Exceeded(board, "flash", board.FlashBytes, $"the library needs {FlashBytes}", FlashBytes - board.FlashBytes, $"; the largest parts are {largest}", "flash_bytes");
        }

        long ram = ArenaBytes + board.StackBytes + DataBytes;
        if (ram > board.RamBytes)
        {
            throw Exceeded(board, "RAM", board.RamBytes, $"arena ({ArenaBytes}), stack ({board.StackBytes}) and data ({DataBytes}) need {ram}", ram - board.RamBytes, "", "ram_bytes");
        }

        if (FrameMilliseconds is { } time && time > board.FrameMilliseconds)
        {
            throw new BuildException(string.Create(CultureInfo.InvariantCulture,
                $"Board '{board.Name}' has {board.FrameMilliseconds} ms for a frame; this model takes about {time:F1} ms there, {time - board.FrameMilliseconds:F1} too many: {Way(board, "frame_milliseconds")}."));
        }
    }

    private BuildException Exceeded(Board board, string what, long budget, string need, long excess, string largest, string field) =>
        new($"Board '{board.Name}' has {budget} bytes of {what}; {need}, {excess} too many{largest}: {Way(board, field)}.");

    private string Way(Board board, string field) => $"{(Advice is null ? "" : Advice + ", ")}choose another board, or raise {board.BudgetSection}{field} in its board.json if the board has more";
}
