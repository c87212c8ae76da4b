using System.Text.RegularExpressions;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>Finds floating-point arithmetic in x86-64 object code.</summary>
/// <remarks>
/// Compilers use the vector registers' floating-point moves (movss, movaps), shuffles (shufps, unpcklpd, vpermps, vblendps, vextractf32x4,
/// vbroadcastss) and bitwise logic (xorps, andpd) on integers too: those carry bits and neither round nor depend on the rounding mode.
/// Everything that computes, compares or converts counts, and every x87 instruction.
/// </remarks>
internal static partial class Disassembly
{
    private const string Prefixes = @"(?:(?:rep[nz]*|lock|notrack|bnd|data16|addr32|cs|ds|es|ss|fs|gs|rex(?:\.\w+)?|\{\w+\})\s+)*";

    /// <summary>Instructions of every function in objects: function, mnemonic.</summary>
    public static IEnumerable<(string Function, string Mnemonic)> Of(IEnumerable<string> objects, string folder)
    {
        string function = "";
        foreach (string line in Tools.Run("objdump", ["-d", "--no-show-raw-insn", .. objects], folder).Split('\n'))
        {
            if (FunctionLine().Match(line) is { Success: true } start)
                function = start.Groups["name"].Value;
            else if (InstructionLine().Match(line) is { Success: true } instruction)
                yield return (function, instruction.Groups["mnemonic"].Value);
        }
    }

    public static bool IsFloatArithmetic(string mnemonic) => Computes().IsMatch(mnemonic) || Converts().IsMatch(mnemonic) || X87().IsMatch(mnemonic);

    [GeneratedRegex(@"^[0-9a-f]+ <(?<name>[^>]+)>:$")]
    private static partial Regex FunctionLine();

    [GeneratedRegex(@"^\s*[0-9a-f]+:\s+" + Prefixes + @"(?<mnemonic>[a-z][a-z0-9]*)")]
    private static partial Regex InstructionLine();

    // SSE to AVX-512, scalar and packed, half to double; fused multiply-add with its operand orders.
    [GeneratedRegex(@"^v?(?:add|sub|mul|div|sqrt|rsqrt(?:14|28)?|rcp(?:14|28)?|min|max|cmp\w*|u?comi|round|rndscale|reduce|range|scalef|getexp|getmant|fixupimm|fpclass|exp2|dp|dpbf16|hadd|hsub|addsub|fc?m(?:add|ul)c?|fn?m(?:add|sub|addsub|subadd)(?:132|213|231)?)(?:ss|sd|ps|pd|sh|ph)[xyz]?$")]
    private static partial Regex Computes();

    [GeneratedRegex(@"^v?cvt\w+$")]
    private static partial Regex Converts();

    // No integer instruction begins with f.
    [GeneratedRegex(@"^f\w+$")]
    private static partial Regex X87();
}
