using System.Globalization;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Counting;

namespace Qwen3Tokenizer.Edge.Benchmarks.M4;

/// <summary>Runs bare-metal programs under qemu-system-arm, and counts their instructions between markers with the plugin native/emulator/count_insns.c.</summary>
/// <param name="firmware">The programs' folder and tools.</param>
public sealed class Emulator(Firmware firmware)
{
    /// <summary>An STM32F405: Cortex-M4.</summary>
    public const string CortexM4 = "netduinoplus2";

    /// <summary>An STM32F205: Cortex-M3 with the same memory map.</summary>
    public const string CortexM3 = "netduino2";

    private const string Program = "qemu-system-arm";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private readonly Lazy<string> _plugin = new(() => CountingPlugin.Build(CCompiler.Require(), firmware.Folder));

    /// <summary>How a program ended and what it wrote to the debugger's console.</summary>
    /// <param name="Status">Exit status.</param>
    /// <param name="Output">The console.</param>
    public sealed record Result(int Status, string Output);

    /// <summary>A counted run.</summary>
    /// <param name="Output">The console.</param>
    /// <param name="Spans">Instructions of each span between the markers, in order.</param>
    /// <param name="Profile">Executions by address, inside the spans.</param>
    /// <param name="Stores">Addresses of stores into the watched range, in order.</param>
    public sealed record Counted(string Output, IReadOnlyList<long> Spans, IReadOnlyDictionary<ulong, long> Profile, IReadOnlyList<uint> Stores);

    /// <summary>Runs a program.</summary>
    /// <param name="machine">QEMU's name of the board.</param>
    /// <param name="program">Path of the program.</param>
    /// <param name="arguments">Its arguments: no blanks, files relative to the programs' folder.</param>
    public Result Run(string machine, string program, params IEnumerable<string> arguments)
    {
        ChildProcess.Result result = ChildProcess.Run(Program, Options(machine, program, arguments), firmware.Folder, Limit);
        return new Result(result.ExitCode, result.Output + result.Error);
    }

    /// <summary>Runs a program on a Cortex-M4 and counts.</summary>
    /// <param name="program">Path of the program, which has a q3e_marker.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="watchFrom">First address of a range whose stores are reported; with <paramref name="watchTo"/>.</param>
    /// <param name="watchTo">First address behind the range.</param>
    /// <exception cref="BuildException">The program failed.</exception>
    public Counted Count(string program, IEnumerable<string>? arguments = null, uint watchFrom = 0, uint watchTo = 0)
    {
        const uint Flash = 0x08000000, FlashBytes = 512 * 1024;
        uint marker = AddressOf(program, "q3e_marker");
        string log = program + ".log", profile = program + ".profile";
        string plugin = string.Create(CultureInfo.InvariantCulture, $"{_plugin.Value},base={Flash},size={FlashBytes},begin={marker + 4},end={marker},mlo={watchFrom},mhi={watchTo},out={profile}");
        ChildProcess.Result result = ChildProcess.Run(
            Program, [.. Options(CortexM4, program, arguments ?? []), "-icount", "shift=0", "-d", "plugin", "-D", log, "-plugin", plugin], firmware.Folder, Limit);
        if (result.ExitCode != 0)
        {
            throw new BuildException($"{Path.GetFileName(program)} ended with status {result.ExitCode} under {Program}: {result.Output}{result.Error}");
        }

        List<long> spans = [];
        List<uint> stores = [];
        foreach (string[] words in File.ReadLines(log).Select(l => l.Split(' ')))
        {
            if (words is ["span", var span])
            {
                spans.Add(long.Parse(span, CultureInfo.InvariantCulture));
            }
            else if (words is ["store", var address])
            {
                stores.Add(uint.Parse(address, CultureInfo.InvariantCulture));
            }
        }

        var counts = File.ReadLines(profile).Select(l => l.Split(' '))
            .ToDictionary(w => ulong.Parse(w[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), w => long.Parse(w[1], CultureInfo.InvariantCulture));
        return new Counted(result.Output + result.Error, spans, counts, stores);
    }

    private uint AddressOf(string program, string symbol)
    {
        string line = firmware.Tool("arm-none-eabi-nm", [program]).Split('\n').FirstOrDefault(l => l.EndsWith(" " + symbol, StringComparison.Ordinal))
            ?? throw new BuildException($"{program}: has no symbol {symbol}.");
        return uint.Parse(line.Split(' ')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    private static string[] Options(string machine, string program, IEnumerable<string> arguments)
    {
        string given = string.Concat(arguments.Prepend(Path.GetFileNameWithoutExtension(program)).Select(a => ",arg=" + a.Replace(",", ",,", StringComparison.Ordinal)));
        return ["-M", machine, "-nographic", "-monitor", "none", "-serial", "none", "-semihosting-config", "enable=on,target=native" + given, "-kernel", program];
    }
}
