using System.Globalization;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Compiler.Firmware;

/// <summary>A program of a board's firmware: what the build compiles, and what the Makefile beside it repeats.</summary>
/// <param name="Image">The ELF file, relative to the output folder.</param>
/// <param name="Toolchain">What compiles it.</param>
/// <param name="Flags">Flags of compiler and linker, to be used in the output folder.</param>
/// <param name="Sources">Sources, relative to it.</param>
internal sealed record FirmwareProgram(string Image, BoardToolchain Toolchain, IReadOnlyList<string> Flags, IReadOnlyList<string> Sources)
{
    /// <summary>Folder of the firmware's sources and images in the output.</summary>
    public const string Folder = "firmware";

    // A board without a decoder plays frames of 80 ms in as many ticks as one that speaks with the smallest model.
    private const int TicksPerFrame = 640, TickHz = 8000;

    /// <summary>The program that an emulator or a debugger runs (native/firmware/alerts_main.c).</summary>
    /// <param name="board">The board.</param>
    /// <param name="work">The emitted folder, with the player's folder in it.</param>
    /// <param name="source">The model; null where there are only tones.</param>
    public static FirmwareProgram Test(Board board, string work, ModelSource? source)
    {
        BoardToolchain toolchain = board.Emulator?.Toolchain ?? board.Toolchain;
        string[] clocks = [$"-DCORE_HZ={Number(board.Emulator?.ClockHz ?? board.ClockHz)}u", $"-DTIMER_HZ={Number(board.ClockHz)}u"];
        return new FirmwareProgram(
            $"{Folder}/{board.Name}-test.elf", toolchain, [.. Options(source), .. clocks, .. Linking(board, toolchain)],
            [.. Library(work, source), .. Own("speak_alerts.c", "alerts_main.c", "semihosting.c", "startup.c", "system_tick.c")]);
    }

    /// <summary>The program that is flashed (native/firmware/application.c).</summary>
    /// <param name="board">A board with an application.</param>
    /// <param name="work">The emitted folder, with the player's folder in it.</param>
    /// <param name="source">The model that speaks; null where only the buzzer plays.</param>
    public static FirmwareProgram Application(Board board, string work, ModelSource? source)
    {
        string[] frames = [$"-DFRAME_SAMPLES={Number(source?.Model.FrameSamples ?? TicksPerFrame)}", $"-DTICK_HZ={Number(source?.Model.SampleRate ?? TickHz)}"];
        return new FirmwareProgram(
            $"{Folder}/{board.Name}.elf", board.Toolchain, [.. Options(source), .. frames, .. Linking(board, board.Toolchain)],
            [.. Library(work, source), .. Own(["application.c", "event_inputs.c", "event_line.c", "playback.c", .. board.Application!.Port.Sources, "startup.c"])]);
    }

    /// <summary>The program by which this machine says what the board must say (native/firmware/speak_host.c).</summary>
    /// <param name="work">The emitted folder, with the player's folder in it.</param>
    /// <param name="source">The model; null where there are only tones.</param>
    public static FirmwareProgram OfThisMachine(string work, ModelSource? source) => new(
        Folder + "/speak_host" + (OperatingSystem.IsWindows() ? ".exe" : ""), new BoardToolchain("", [], []), [.. Options(source), "-O2"], [.. Library(work, source), .. Own("speak_alerts.c", "speak_host.c")]);

    /// <summary>Compiles and links.</summary>
    /// <exception cref="BuildException">The compiler or the linker refuses.</exception>
    public void Build(CCompiler compiler, string work) => compiler.Run(work, [.. Flags, .. Sources, "-o", Image]);

    private static string[] Linking(Board board, BoardToolchain toolchain) =>
    [
        .. toolchain.Flags, "-ffunction-sections", "-fdata-sections", "-nostartfiles", "-Wl,--gc-sections", $"-Wl,--defsym=stack_bytes={Number(board.StackBytes)}",
        "-L", Folder, "-T", board.LinkerScript!,
    ];

    private static IEnumerable<string> Options(ModelSource? source)
    {
        IEnumerable<string> common = [.. LibraryBuild.Strict, "-I" + AlertPackage.Folder, "-I" + Folder, $"-I{Folder}/stm32"];
        return source is null ? common : [.. common, $"-DMODEL_HEADER=\"{source.Names.Stem}.h\"", $"-DMODEL={source.Names.Descriptor}", $"-DARENA_BYTES={source.Names.ArenaMacro}"];
    }

    private static IEnumerable<string> Library(string work, ModelSource? source)
    {
        IEnumerable<string> player = Directory.GetFiles(Path.Combine(work, AlertPackage.Folder), "*.c").Select(f => $"{AlertPackage.Folder}/{Path.GetFileName(f)}").Order(StringComparer.Ordinal);
        return source is null ? player : [.. LibraryBuild.Sources(work, source.Names), .. player];
    }

    private static IEnumerable<string> Own(params IEnumerable<string> files) => files.Select(f => $"{Folder}/{f}");

    private static string Number(long? value) => (value ?? 1_000_000).ToString(CultureInfo.InvariantCulture);
}
