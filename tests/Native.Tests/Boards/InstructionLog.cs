using System.Globalization;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>
/// Counts instructions from QEMU's log of translated and executed blocks (-d in_asm,exec,nochain): every block is listed instruction by instruction when it is translated, and named by its
/// address whenever it is executed. Exact and the same in every run.
/// </summary>
internal static class InstructionLog
{
    public static long Count(string path)
    {
        Dictionary<ulong, int> lengths = [];
        ulong? block = null;
        long total = 0;
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith("Trace ", StringComparison.Ordinal))
            {
                // "Trace 0: 0x7f0e50200100 [0000000000001001/0000000000400700/00000001/00000200] name"
                int from = line.IndexOf('/', StringComparison.Ordinal) + 1;
                total += lengths[Hex(line.AsSpan(from, line.IndexOf('/', from) - from))];
            }
            else if (line.StartsWith("IN:", StringComparison.Ordinal))
            {
                block = null;
            }
            else if (line.StartsWith("0x", StringComparison.Ordinal))
            {
                // "0x00400700:  d503201f  nop"
                if (block is null)
                {
                    block = Hex(line.AsSpan(2, line.IndexOf(':', StringComparison.Ordinal) - 2));
                    lengths[block.Value] = 0;
                }

                lengths[block.Value]++;
            }
        }

        return total;
    }

    private static ulong Hex(ReadOnlySpan<char> text) => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
