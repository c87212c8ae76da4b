using System.Globalization;
using System.Text.RegularExpressions;

namespace Qwen3Tokenizer.Edge.Compiler.Counting;

/// <summary>An instruction of a program.</summary>
/// <param name="Address">Where it lies.</param>
/// <param name="Operation">Mnemonic, without the width suffixes <c>.n</c> and <c>.w</c>.</param>
/// <param name="Operands">Operands, with objdump's comments.</param>
/// <param name="Function">Function that it belongs to.</param>
/// <param name="File">File name of the line that it was compiled from, without folder; empty where the program does not tell.</param>
/// <param name="Line">That line, from 1; 0 where the program does not tell.</param>
public sealed record Instruction(ulong Address, string Operation, string Operands, string Function, string File, int Line);

/// <summary>Reads what <c>objdump -d --no-show-raw-insn</c> prints, with <c>-l</c> the lines too.</summary>
public static partial class Disassembly
{
    /// <summary>All instructions, in the order of their addresses within a section.</summary>
    public static List<Instruction> Parse(string text)
    {
        List<Instruction> instructions = [];
        (string function, string file, int number) = ("", "", 0);
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            string line = raw.ToString();
            if (FunctionLine().Match(line) is { Success: true } start)
            {
                (function, file, number) = (start.Groups[1].Value, "", 0);
            }
            else if (InstructionLine().Match(line) is { Success: true } m)
            {
                string operation = m.Groups[2].Value.Replace(".n", "", StringComparison.Ordinal).Replace(".w", "", StringComparison.Ordinal);
                instructions.Add(new Instruction(ulong.Parse(m.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture), operation, m.Groups[3].Value, function, file, number));
            }
            else if (SourceLine().Match(line) is { Success: true } source)
            {
                (file, number) = (Path.GetFileName(source.Groups[1].Value), int.Parse(source.Groups[2].ValueSpan, CultureInfo.InvariantCulture));
            }
        }

        return instructions;
    }

    [GeneratedRegex(@"^[0-9a-f]+ <(.+)>:")]
    private static partial Regex FunctionLine();

    [GeneratedRegex(@"^\s+([0-9a-f]+):\s+(\S+)\s*(.*)")]
    private static partial Regex InstructionLine();

    [GeneratedRegex(@"^(\S.*):([0-9]{1,9})( \(discriminator [0-9]+\))?$")]
    private static partial Regex SourceLine();
}
