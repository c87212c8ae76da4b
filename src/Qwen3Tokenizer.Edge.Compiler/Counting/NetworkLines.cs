using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Compiler.Counting;

/// <summary>What the lines of an emitted network belong to. Each operation is printed as a comment that begins with its name and a block behind it.</summary>
internal sealed class NetworkLines
{
    private const string Indent = "    ";

    // From 1, as compilers count.
    private readonly int?[] _zones;

    private NetworkLines(int?[] zones) => _zones = zones;

    /// <summary>Finds every operation of a program, in order, in the source that was printed from it.</summary>
    /// <exception cref="BuildException">The source does not have each operation once and in order.</exception>
    public static NetworkLines Of(IntegerProgram program, string source)
    {
        string[] lines = source.Split('\n');
        var zones = new int?[lines.Length + 2];
        int at = 0;
        for (int i = 0; i < program.Operations.Count; i++)
        {
            string begin = $"{Indent}/* {program.Operations[i].Name}";
            int first = Array.FindIndex(lines, at, l => l.StartsWith($"{begin}:", StringComparison.Ordinal) || l.StartsWith($"{begin} */", StringComparison.Ordinal));
            int last = first < 0 ? -1 : Array.FindIndex(lines, first, l => l == Indent + "}");
            if (last < 0)
            {
                throw new BuildException($"The emitted source of '{program.Name}' lacks operation '{program.Operations[i].Name}', or has it before its predecessor.");
            }

            MarkFunction(lines, first, zones);
            zones.AsSpan((first + 1)..(last + 2)).Fill(CodeZones.FirstOperation + i);
            at = last + 1;
        }

        return new NetworkLines(zones);
    }

    /// <summary>The zone of a line; null for code in no zone.</summary>
    public int? ZoneOf(int line) => line > 0 && line < _zones.Length ? _zones[line] : null;

    // The function around an operation, once: what is no operation in it, such as its entry, belongs to the interface.
    private static void MarkFunction(string[] lines, int inside, int?[] zones)
    {
        int open = Array.FindLastIndex(lines, inside, l => l == "{"), close = Array.FindIndex(lines, inside, l => l == "}");
        if (open > 0 && close > 0 && zones[open] is null)
        {
            // The line before the brace is the function's name and arguments.
            zones.AsSpan(open..(close + 2)).Fill(CodeZones.Interface);
        }
    }
}
