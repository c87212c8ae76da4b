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
/// <param name="Source">What was emitted; null for a board that only beeps.</param>
/// <param name="Alerts">The alerts.</param>
/// <param name="FrameMilliseconds">Time of the costliest frame that was counted, or of any after the board's model, ms; null where nothing is known.</param>
internal sealed partial record FirmwareBuild(Board Board, string Work, ModelSource? Source, BoardAlerts Alerts, double? FrameMilliseconds)
{
    // The application decodes a frame while the one before it plays. The last quarter of the 80 ms is for the tick, for what the figure does not know (flash, buses), and for events.
    private const double MostMilliseconds = 60;

    /// <summary>Builds and verifies. What is missing on this machine is added to <paramref name="notices"/>.</summary>
    /// <param name="own">This machine's compiler.</param>
    /// <param name="runLimit">Longest run of a program.</param>
    /// <param name="notices">Receives a sentence for each thing that could not be done.</param>
    /// <returns>The image; null where the board's toolchain is not installed.</returns>
    /// <exception cref="BuildException">The image does not fit, or says something else than this machine.</exception>
    public FirmwareImage? Build(CCompiler own, TimeSpan runLimit, ICollection<string> notices)
    {
        EmittedFolder.CopyFromTool(FirmwareProgram.Folder, Path.Combine(Work, FirmwareProgram.Folder));
        FirmwareProgram test = FirmwareProgram.Test(Board, Work, Source);
        FirmwareProgram? application = Board.Application is null ? null : Application(notices);
        EmittedFolder.Text(Work, $"{FirmwareProgram.Folder}/Makefile", FirmwareMakefile.Print(Board, test, application));
        string[] expected = HostLines(own, runLimit);
        if (CCompiler.Named(test.Toolchain.Compiler) is not { } testCompiler || CCompiler.Named(Board.Toolchain.Compiler) is not { } compiler)
        {
            return null;
        }

        ElfFile elf = Link(test, testCompiler);
        (string? verified, int? stack) = Emulate(test, expected, runLimit, notices);
        string[] total = expected[^1].Split(' ');
        return new FirmwareImage(
            test.Image, elf.FlashBytes, elf.RamBytes, Board.StackBytes, stack, [.. elf.Sections.OrderByDescending(s => s.Bytes).ThenBy(s => s.Name, StringComparer.Ordinal)],
            [.. expected[..^1].Zip(Alerts.Set.Alerts, Spoken)], total[3], total[5], verified)
        {
            Application = application is null ? null : Flashable(application, Link(application, compiler), notices),
        };
    }

    private FirmwareProgram Application(ICollection<string> notices)
    {
        BoardApplication application = Board.Application!;
        EmittedFolder.CopyFromTool($"{FirmwareProgram.Folder}/stm32", Path.Combine(Work, FirmwareProgram.Folder, "stm32"));
        EmittedFolder.Text(Work, $"{FirmwareProgram.Folder}/board.h", BoardHeader.Print(Board));
        foreach (BoardInput input in application.Inputs)
        {
            if (!Alerts.Set.Alerts.Any(a => a.Row.Profile == application.Profile && a.Row.EventCode == input.EventCode && application.Languages.Contains(a.Row.Language, StringComparer.Ordinal)))
            {
                throw new BuildException(
                    $"Board '{Board.Name}': its input {input.Pin} raises event {input.EventCode} of the profile '{application.Profile}', for which there is no alert in {string.Join(" or ", application.Languages)}: add one to the alert file or change the input in board.json.");
            }
        }

        bool speaks = Source is not null && Board.AudioOutput != AudioOutput.None && !(FrameMilliseconds > MostMilliseconds);
        if (Source is not null && !speaks)
        {
            notices.Add(string.Create(CultureInfo.InvariantCulture,
                $"The application for board '{Board.Name}' plays tones only: a frame of speech would take about {FrameMilliseconds:F1} ms there, and {MostMilliseconds} of its 80 ms are for decoding. Take a faster clock (clock_hz) or another board for speech."));
        }

        return FirmwareProgram.Application(Board, Work, speaks ? Source : null);
    }

    private ApplicationImage Flashable(FirmwareProgram program, ElfFile elf, ICollection<string> notices)
    {
        string binary = Path.ChangeExtension(program.Image, ".bin"), hex = Path.ChangeExtension(program.Image, ".hex");
        string? objcopy = CCompiler.PathOf(Board.Toolchain.Prefix + "objcopy");
        if (objcopy is null)
        {
            notices.Add($"The application for board '{Board.Name}' was linked, but there is no .bin and no .hex of it, because {Board.Toolchain.Prefix}objcopy is not installed: {Board.Toolchain.Install}.");
        }
        else
        {
            var tool = new CCompiler(objcopy, "");
            tool.Run(Work, ["-O", "binary", program.Image, binary]);
            tool.Run(Work, ["-O", "ihex", program.Image, hex]);
        }

        return new ApplicationImage(program.Image, objcopy is null ? null : binary, objcopy is null ? null : hex, elf.FlashBytes, elf.RamBytes, Board.StackBytes, program.Flags.Any(f => f.StartsWith("-DMODEL=", StringComparison.Ordinal)));
    }

    // alert ID frames N pcm CRC pulses CRC
    private static SpokenAlert Spoken(string line, Alert alert)
    {
        string[] words = line.Split(' ');
        return new SpokenAlert(alert.Row.Id, alert.Row.Name, alert.Tokens.Frames, words[5], words[7]);
    }

    private string[] HostLines(CCompiler own, TimeSpan runLimit)
    {
        FirmwareProgram host = FirmwareProgram.OfThisMachine(Work, Source);
        string program = Path.Combine(Work, host.Image);
        host.Build(own, Work);
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

    private ElfFile Link(FirmwareProgram program, CCompiler compiler)
    {
        try
        {
            program.Build(compiler, Work);
        }
        catch (BuildException e) when (Overflow().Match(e.Message) is { Success: true } overflow)
        {
            throw Exceeded(overflow.Groups["region"].Value == "FLASH" ? "flash" : "RAM", long.Parse(overflow.Groups["bytes"].Value, CultureInfo.InvariantCulture));
        }

        ElfFile elf = ElfFile.Read(Path.Combine(Work, program.Image));
        RequireWithin("flash", elf.FlashBytes, Board.FlashBytes);
        RequireWithin("RAM", elf.RamBytes, Board.RamBytes);
        return elf;
    }

    private (string? Verified, int? Stack) Emulate(FirmwareProgram test, string[] expected, TimeSpan runLimit, ICollection<string> notices)
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

        ChildProcess.Result result = ChildProcess.Run(program, [.. emulator.Arguments, test.Image], Work, runLimit);
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
        string weights = Source is null ? "" : $"weights {Source.Weights.Bytes}, ";
        return new BuildException(
            $"The firmware for board '{Board.Name}' needs {excess} bytes of {what} more than there are ({(what == "flash" ? Board.FlashBytes : Board.RamBytes)}): {weights}alerts and tones {tables}, stack {Board.StackBytes}; "
            + $"{(Source is null ? "" : "take a smaller model or ")}drop alerts (the longest is {longest.Row.Id}, {longest.Row.Name}).");
    }

    [GeneratedRegex(@"region .(?<region>FLASH|RAM).? overflowed by (?<bytes>\d+) bytes")]
    private static partial Regex Overflow();
}
