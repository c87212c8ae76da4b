namespace Qwen3Tokenizer.Edge.Compiler.Counting;

/// <summary>
/// Pieces of a program's code by what they count for: 0 the program around the library, 1 the library's interface and what lies between operations, 2 + i operation i. Kernels are in no piece:
/// they count for the operation that calls them.
/// </summary>
/// <param name="Pieces">First address, first address behind, and number, by address.</param>
internal sealed record CodeZones(IReadOnlyList<(ulong From, ulong To, int Zone)> Pieces)
{
    /// <summary>Zone of the program around the library.</summary>
    public const int Outside = 0;

    /// <summary>Zone of the interface.</summary>
    public const int Interface = 1;

    /// <summary>Zone of the first operation.</summary>
    public const int FirstOperation = 2;

    /// <summary>Finds the pieces by the lines that the instructions were compiled from.</summary>
    /// <param name="program">A program with line numbers.</param>
    /// <param name="network">File name of the emitted network.</param>
    /// <param name="lines">What its lines are.</param>
    /// <param name="main">File name of the program around the library.</param>
    /// <param name="entries">The interface's functions that are counted.</param>
    public static CodeZones Of(IReadOnlyList<Instruction> program, string network, NetworkLines lines, string main, IReadOnlyList<string> entries)
    {
        // What compiled code does not end tells the next instruction; the last one is 4 bytes long at most.
        const ulong Longest = 4;
        List<(ulong From, ulong To, int Zone)> pieces = [];
        for (int i = 0; i < program.Count; i++)
        {
            Instruction instruction = program[i];
            int? zone = instruction.File == main ? Outside
                : instruction.File == network ? lines.ZoneOf(instruction.Line)
                : entries.Contains(instruction.Function, StringComparer.Ordinal) ? Interface
                : null;
            ulong end = i + 1 < program.Count && program[i + 1].Address - instruction.Address <= Longest ? program[i + 1].Address : instruction.Address + Longest;
            if (zone is { } z && pieces.Count > 0 && pieces[^1].To == instruction.Address && pieces[^1].Zone == z)
            {
                pieces[^1] = pieces[^1] with { To = end };
            }
            else if (zone is { } own)
            {
                pieces.Add((instruction.Address, end, own));
            }
        }

        return new CodeZones(pieces);
    }
}
