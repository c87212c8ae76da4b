using System.Globalization;
using System.Text.RegularExpressions;

namespace Qwen3Tokenizer.Edge.Compiler.Counting;

/// <summary>
/// Modelled cycles of a Cortex-M4 or Cortex-M3 from counted instructions: a load 2 (1 behind another load), LDRD and STRD 3, LDM and STM 1 + the number of
/// registers, a taken branch 3, a division 7, all else 1; no wait states of the flash. Good to about 25 %. After the tables of instructions in Arm's Technical Reference Manuals
/// of the Cortex-M4 and the Cortex-M3, which multiplies more slowly: MLA and MLS 2, a long product 4 (3 to 5), a long multiply-accumulate 6 (4 to 7).
/// </summary>
public static partial class CycleModel
{
    /// <summary>Instructions and modelled cycles of one function.</summary>
    /// <param name="Function">Its name.</param>
    /// <param name="Instructions">Instructions executed.</param>
    /// <param name="Cycles">Modelled cycles.</param>
    public sealed record Cost(string Function, long Instructions, double Cycles);

    /// <summary>The functions of a program that ran, most instructions first.</summary>
    /// <param name="program">The program.</param>
    /// <param name="profile">Executions by address.</param>
    /// <param name="cortexM3">Whether the processor is a Cortex-M3.</param>
    public static List<Cost> Of(IReadOnlyList<Instruction> program, IReadOnlyDictionary<ulong, long> profile, bool cortexM3 = false)
    {
        Dictionary<string, (long Instructions, double Cycles)> functions = new(StringComparer.Ordinal);
        bool behindLoad = false;
        for (int i = 0; i < program.Count; i++)
        {
            long count = profile.GetValueOrDefault(program[i].Address);
            if (count == 0)
            {
                behindLoad = false;
                continue;
            }

            long next = i + 1 < program.Count ? profile.GetValueOrDefault(program[i + 1].Address) : 0;
            (double cycles, behindLoad) = Cycles(program[i], behindLoad, next <= count ? (double)(count - next) / count : 0.5);
            if (cortexM3)
            {
                cycles += SlowerOnM3(program[i].Operation);
            }

            (long instructions, double sum) = functions.GetValueOrDefault(program[i].Function);
            functions[program[i].Function] = (instructions + count, sum + (count * cycles));
        }

        return [.. functions.Select(f => new Cost(f.Key, f.Value.Instructions, f.Value.Cycles)).OrderByDescending(c => c.Instructions)];
    }

    private static (double Cycles, bool IsLoad) Cycles(Instruction line, bool behindLoad, double taken)
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

    [GeneratedRegex("^(b(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|hs|lo)|cbz|cbnz)$")]
    private static partial Regex ConditionalBranch();
}
