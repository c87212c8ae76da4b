using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>The application's parts that need no microcontroller: serial line, inputs, frames between main loop and interrupt (c/firmware/application_parts.c).</summary>
public sealed class ApplicationPartsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("q3e-parts-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, InlineData("gcc"), InlineData("clang")]
    public void Lines_inputs_and_frames_do_what_their_headers_say_under_sanitizers(string compiler)
    {
        string program = Path.Combine(_folder, "parts"), firmware = Tools.RepositoryPath("native/firmware");
        string[] files = [.. ((string[])["event_line.c", "event_inputs.c", "playback.c"]).Select(f => Path.Combine(firmware, f)), Tools.CFile("firmware/application_parts.c")];
        Tools.Run(compiler, [
            .. Tools.Strict, "-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-I" + Tools.RepositoryPath("native/include"), "-I" + Tools.RepositoryPath("native/player"), "-I" + firmware,
            "-DFRAME_SAMPLES=64", "-DMODEL_HEADER=\"q3e.h\"", .. files, "-o", program], _folder);

        Assert.Matches("^ok [0-9]{5,} checks\n$", Tools.Run(program, [], _folder));
    }

    /// <summary>clang knows other warnings than the board's compiler.</summary>
    [Theory, InlineData("cortex-m4", "stm32f4"), InlineData("cortex-m0plus", "stm32g0")]
    public void The_application_compiles_for_a_board_with_clang_too(string processor, string port)
    {
        string firmware = Tools.RepositoryPath("native/firmware");
        File.WriteAllText(Path.Combine(_folder, "q3e_alerts.h"), "#include \"q3e_player.h\"\nextern const q3e_alert_table q3e_alerts;\n");
        File.WriteAllText(Path.Combine(_folder, "board.h"), "#define BOARD_NAME \"any\"\n#define BOARD_CLOCK_HZ 48000000u\n#define BOARD_CRYSTAL_HZ 8000000u\n#define BOARD_BAUD 9600u\n#define BOARD_AUDIO_DAC 0\n#define BOARD_PROFILE \"idis\"\n"
            + "#define BOARD_LANGUAGES Q3E_LANGUAGE('e', 'n'), Q3E_LANGUAGE('z', 'h')\n#define BOARD_INPUTS_COUNT 0u\n#define BOARD_INPUTS\n");
        string[] files = [.. ((string[])["application.c", "event_inputs.c", "event_line.c", "playback.c", "startup.c", "stm32/stm32.c", $"stm32/{port}.c"]).Select(f => Path.Combine(firmware, f))];

        string said = Tools.Run("clang", [
            "--target=arm-none-eabi", "-mcpu=" + processor, "-mthumb", "-ffreestanding", .. Tools.Strict, "-fsyntax-only", "-DFRAME_SAMPLES=640", "-DTICK_HZ=8000", "-I" + _folder, "-I" + firmware, "-I" + Path.Combine(firmware, "stm32"),
            "-I" + Tools.RepositoryPath("native/include"), "-I" + Tools.RepositoryPath("native/player"), .. files], _folder);

        Assert.Empty(said);
    }
}
