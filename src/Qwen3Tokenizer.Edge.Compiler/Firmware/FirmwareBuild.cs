using System.Globalization;
using System.Text.RegularExpressions;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Compiler.Firmware;

/// <summary>
/// Links a board's firmware with all of its alerts, holds it against the board's memory, and lets it say every alert in the board's emulator: it must say what this machine says.
/// </summary>
/// <param name="Board">A bare-metal board with a linker script.</param>
/// <param name="Work">The emitted folder, with the player's folder in it.</param>
/// <param name="Source">What was emitted.</param>
/// <param name="Alerts">The alerts.</param>
internal sealed partial record FirmwareBuild(Board Board, string Work, ModelSource Source, BoardAlerts Alerts)
{
    /// <summary>Folder of the firmware's sources and images in the output.</summary>
    public const string Folder = "firmware";

    private static readonly string[] Shared = ["speak_alerts.c"];
    private static readonly string[] BareMetal = ["alerts_main.c", "semihosting.c", "startup.c", "system_tick.c"];

    private string ImagePath => $"{Folder}/{Board.Name}.elf";

    /// <summary>Builds and verifies. What is missing on this machine is added to <paramref name="notices"/>.</summary>
    /// <param name="own">This machine's compiler.</param>
    /// <param name="runLimit">Longest run of a program.</param>
    /// <param name="notices">Receives a sentence for each thing that could not be done.</param>
    /// <returns>The image; null where the board's toolchain is not installed.</returns>
    /// <exception cref="BuildException">The image does not fit, or says something else than this machine.</exception>
    public FirmwareImage? Build(CCompiler own, TimeSpan runLimit, ICollection<string> notices)
    {
        EmittedFolder.CopyFromTool(Folder, Path.Combine(Work, Folder));
        string[] expected = HostLines(own, runLimit);
        if (CCompiler.Named(Board.Toolchain.Compiler) is not { } compiler)
        {
            return null;
        }

        Link(compiler);
        ElfFile elf = ElfFile.Read(Path.Combine(Work, ImagePath));
        RequireWithin("flash", elf.FlashBytes, Board.FlashBytes);
        RequireWithin("RAM", elf.RamBytes, Board.RamBytes);
        (string? verified, int? stack) = Emulate(expected, runLimit, notices);
        string[] total = expected[^1].Split(' ');
        return new FirmwareImage(
            ImagePath, elf.FlashBytes, elf.RamBytes, Board.StackBytes, stack, [.. elf.Sections.OrderByDescending(s => s.Bytes).ThenBy(s => s.Name, StringComparer.Ordinal)],
            [.. expected[..^1].Zip(Alerts.Set.Alerts, Spoken)], total[3], total[5], verified);
    }

    // alert ID frames N pcm CRC pulses CRC
    private static SpokenAlert Spoken(string line, Alert alert)
    {
        string[] words = line.Split(' ');
        return new SpokenAlert(alert.Row.Id, alert.Row.Name, alert.Tokens.Frames, words[5], words[7]);
    }

    private string[] HostLines(CCompiler own, TimeSpan runLimit)
    {
        string program = Path.Combine(Work, Folder, "speak_host" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        own.Run(Work, [.. Options(), "-O2", .. Sources(own, [.. Shared, "speak_host.c"]), "-o", program]);
        try
        {
            ChildProcess.Result result = ChildProcess.Run(program, [], Work, runLimit);
            string[] lines = result.Output.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return result.ExitCode == 0 && lines.Length == Alerts.Set.Alerts.Count + 1
                ? lines
                : throw new BuildException($"The alerts cannot be played: the program that plays them on this machine ended with status {result.ExitCode} and '{result.Output.ReplaceLineEndings(" ").Trim()}'.");
        }
        finally
        {
            File.Delete(program);
        }
    }

    private void Link(CCompiler compiler)
    {
        string Number(long? value) => (value ?? 1_000_000).ToString(CultureInfo.InvariantCulture);
        string[] clocks = [$"-DCORE_HZ={Number(Board.Emulator?.ClockHz ?? Board.ClockHz)}u", $"-DTIMER_HZ={Number(Board.ClockHz)}u"];
        try
        {
            compiler.Run(Work, [
                .. Options(), .. clocks, .. Board.Toolchain.Flags, "-ffunction-sections", "-fdata-sections", "-nostartfiles", "-Wl,--gc-sections",
                "-Wl,--defsym=stack_bytes=" + Number(Board.StackBytes), "-T", Board.LinkerScript!, .. Sources(compiler, [.. Shared, .. BareMetal]), "-o", ImagePath]);
        }
        catch (BuildException e) when (Overflow().Match(e.Message) is { Success: true } overflow)
        {
            throw Exceeded(overflow.Groups["region"].Value == "FLASH" ? "flash" : "RAM", long.Parse(overflow.Groups["bytes"].Value, CultureInfo.InvariantCulture));
        }
    }

    private IEnumerable<string> Options()
    {
        CNames names = Source.Names;
        return [.. LibraryBuild.Strict, "-I" + AlertPackage.Folder, "-I" + Folder, $"-DMODEL_HEADER=\"{names.Stem}.h\"", $"-DMODEL={names.Descriptor}", $"-DARENA_BYTES={names.ArenaMacro}"];
    }

    private IEnumerable<string> Sources(CCompiler compiler, IEnumerable<string> programs)
    {
        IEnumerable<string> player = Directory.GetFiles(Path.Combine(Work, AlertPackage.Folder), "*.c").Select(f => $"{AlertPackage.Folder}/{Path.GetFileName(f)}").Order(StringComparer.Ordinal);
        return [.. new LibraryBuild(compiler, Work, Source.Names).Sources(), .. player, .. programs.Select(p => $"{Folder}/{p}")];
    }

    private (string? Verified, int? Stack) Emulate(string[] expected, TimeSpan runLimit, ICollection<string> notices)
    {
        if (Board.Emulator is not { } emulator)
        {
            return (null, null);
        }

        if (CCompiler.PathOf(emulator.Program) is not { } program)
        {
            notices.Add($"The firmware for board '{Board.Name}' was linked but not run, because {emulator.Program} is not installed: {emulator.Install}.");
            return (null, null);
        }

        ChildProcess.Result result = ChildProcess.Run(program, [.. emulator.Arguments, ImagePath], Work, runLimit);
        string[] lines = (result.Output + result.Error).ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string how = string.Join(' ', (string[])[emulator.Program, .. emulator.Arguments]);
        if (result.ExitCode != 0 || lines.Length != expected.Length + 1 || !lines.SkipLast(1).SequenceEqual(expected))
        {
            string first = lines.Zip(expected).Where(p => p.First != p.Second).Select(p => $"'{p.First}' instead of '{p.Second}'").FirstOrDefault() ?? $"{lines.Length} lines";
            throw new BuildException($"The firmware for board '{Board.Name}' does not say what this machine says: under {how} it ended with status {result.ExitCode} and {first}.");
        }

        return (how, int.Parse(lines[^1].Split(' ')[1], CultureInfo.InvariantCulture));
    }

    private void RequireWithin(string what, long bytes, long budget)
    {
        if (bytes > budget)
        {
            throw Exceeded(what, bytes - budget);
        }
    }

    private BuildException Exceeded(string what, long excess)
    {
        int tables = AlertPackage.TableBytes(Alerts.Set, Alerts.Tones);
        Alert longest = Alerts.Set.Alerts.MaxBy(a => a.Tokens.Codes.Length)!;
        return new BuildException(
            $"The firmware for board '{Board.Name}' needs {excess} bytes of {what} more than there are ({(what == "flash" ? Board.FlashBytes : Board.RamBytes)}): weights {Source.Weights.Bytes}, alerts and tones {tables}, stack {Board.StackBytes}; "
            + $"take a smaller model or drop alerts (the longest is {longest.Row.Id}, {longest.Row.Name}).");
    }

    [GeneratedRegex(@"region .(?<region>FLASH|RAM).? overflowed by (?<bytes>\d+) bytes")]
    private static partial Regex Overflow();
}
