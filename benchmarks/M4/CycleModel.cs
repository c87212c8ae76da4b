using System.Globalization;
using System.Text.RegularExpressions;

namespace Qwen3Tokenizer.Edge.Benchmarks.M4;

/// <summary>
/// Modelled cycles of a Cortex-M4 from counted instructions: a load 2 (1 behind another load), LDRD and STRD 3, LDM and STM 1 + the number of
/// registers, a taken branch 3, a division 7, all else 1; no wait states of the flash. Good to about 25 %. A Cortex-M3 multiplies more slowly: MLA and MLS 2, a
/// long product 4 (3 to 5), a long multiply-accumulate 6 (4 to 7; Cortex-M3 Technical Reference Manual, table of cycles).
/// </summary>
public static partial class CycleModel
{
    private sealed record Line(uint Address, string Operation, string Operands, string Function);

    /// <summary>Instructions and modelled cycles of one function.</summary>
    public sealed record Cost(string Function, long Instructions, double Cycles);

    /// <summary>The functions of a program that ran, most instructions first.</summary>
    /// <param name="disassembly">Output of <c>arm-none-eabi-objdump -d --no-show-raw-insn</c>.</param>
    /// <param name="profile">Executions by address.</param>
    /// <param name="cortexM3">Whether the processor is a Cortex-M3.</param>
    public static List<Cost> Of(string disassembly, IReadOnlyDictionary<uint, long> profile, bool cortexM3 = false)
    {
        List<Line> lines = Parse(disassembly);
        Dictionary<string, (long Instructions, double Cycles)> functions = new(StringComparer.Ordinal);
        bool behindLoad = false;
        for (int i = 0; i < lines.Count; i++)
        {
            long count = profile.GetValueOrDefault(lines[i].Address);
            if (count == 0)
            {
                behindLoad = false;
                continue;
            }

            long next = i + 1 < lines.Count ? profile.GetValueOrDefault(lines[i + 1].Address) : 0;
            (double cycles, behindLoad) = Cycles(lines[i], behindLoad, next <= count ? (double)(count - next) / count : 0.5);
            if (cortexM3)
            {
                cycles += SlowerOnM3(lines[i].Operation);
            }

            (long instructions, double sum) = functions.GetValueOrDefault(lines[i].Function);
            functions[lines[i].Function] = (instructions + count, sum + (count * cycles));
        }

        return [.. functions.Select(f => new Cost(f.Key, f.Value.Instructions, f.Value.Cycles)).OrderByDescending(c => c.Instructions)];
    }

    private static List<Line> Parse(string disassembly)
    {
        List<Line> lines = [];
        string function = "";
        foreach (string line in disassembly.Split('\n'))
        {
            if (FunctionLine().Match(line) is { Success: true } start)
            {
                function = start.Groups[1].Value;
            }
            else if (InstructionLine().Match(line) is { Success: true } m)
            {
                string operation = m.Groups[2].Value.Replace(".n", "", StringComparison.Ordinal).Replace(".w", "", StringComparison.Ordinal);
                lines.Add(new Line(uint.Parse(m.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture), operation, m.Groups[3].Value, function));
            }
        }

        return lines;
    }

    private static (double Cycles, bool IsLoad) Cycles(Line line, bool behindLoad, double taken)
    {
        const int Refill = 2;
        string o = line.Operation;
        if (o.StartsWith("ldm", StringComparison.Ordinal) || o.StartsWith("stm", StringComparison.Ordinal) || o is "push" or "pop")
        {
            return (1 + Registers(line.Operands) + (line.Operands.Contains("pc", StringComparison.Ordinal) ? Refill + 1 : 0), false);
        }

        if (o.StartsWith("ldrd", StringComparison.Ordinal) || o.StartsWith("strd", StringComparison.Ordinal))
        {
            return (3, false);
        }

        if (o.StartsWith("ldr", StringComparison.Ordinal))
        {
            return ((behindLoad ? 1 : 2) + (line.Operands.StartsWith("pc", StringComparison.Ordinal) ? Refill + 1 : 0), true);
        }

        return o switch
        {
            "b" or "bl" or "bx" or "blx" or "tbb" or "tbh" => (1 + Refill, false),
            _ when ConditionalBranch().IsMatch(o) => (1 + (Refill * taken), false),
            _ when o.StartsWith("sdiv", StringComparison.Ordinal) || o.StartsWith("udiv", StringComparison.Ordinal) => (7, false),
            _ when o.StartsWith("str", StringComparison.Ordinal) => (1, true),
            _ => (1, false),
        };
    }

    private static double SlowerOnM3(string operation) => operation switch
    {
        "mla" or "mls" => 1,
        "smull" or "umull" => 3,
        "smlal" or "umlal" => 5,
        _ => 0,
    };

    private static int Registers(string operands)
    {
        int count = 0;
        foreach (string part in operands[(operands.IndexOf('{', StringComparison.Ordinal) + 1)..operands.IndexOf('}', StringComparison.Ordinal)].Split(','))
        {
            string[] ends = part.Trim().Split('-');
            count += ends.Length == 1 ? 1 : Number(ends[1]) - Number(ends[0]) + 1;
        }

        return count;
    }

    private static int Number(string register) => register switch
    {
        "sl" => 10,
        "fp" => 11,
        "ip" => 12,
        "lr" => 14,
        _ => int.Parse(register[1..], CultureInfo.InvariantCulture),
    };

    [GeneratedRegex(@"^[0-9a-f]+ <(.+)>:")]
    private static partial Regex FunctionLine();

    [GeneratedRegex(@"^\s+([0-9a-f]+):\s+(\S+)\s*(.*)")]
    private static partial Regex InstructionLine();

    [GeneratedRegex("^(b(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|hs|lo)|cbz|cbnz)$")]
    private static partial Regex ConditionalBranch();
}
