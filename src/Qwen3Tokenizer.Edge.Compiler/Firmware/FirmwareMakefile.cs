using Qwen3Tokenizer.Edge.Compiler.Boards;

namespace Qwen3Tokenizer.Edge.Compiler.Firmware;

/// <summary>Makefile of the firmware's folder: the same commands as the build, for whoever changes the application.</summary>
internal static class FirmwareMakefile
{
    /// <summary>The file.</summary>
    /// <param name="board">The board.</param>
    /// <param name="test">The program for an emulator or a debugger.</param>
    /// <param name="application">The program that is flashed; null where there is none.</param>
    public static string Print(Board board, FirmwareProgram test, FirmwareProgram? application)
    {
        string images = application is null ? "" : $"{board.Name}.elf {board.Name}.bin {board.Name}.hex";
        return $"""
            # Firmware of {board.Name}: {board.Description}
            #   make            the application: {(images.Length > 0 ? images : "none for this board")}
            #   make test       {board.Name}-test.elf, for a debugger or an emulator
            #   make flash      writes the application with st-flash; with OpenOCD see the comment there
            CC = {board.Toolchain.Compiler}
            TEST_CC = {test.Toolchain.Compiler}
            OBJCOPY = {board.Toolchain.Prefix}objcopy

            all: {(images.Length > 0 ? images : "test")}

            test: {board.Name}-test.elf
            {(application is null ? "" : Program(board, application, "CC", "board.h") + Converted(board))}{Program(board, test, "TEST_CC", "")}
            clean:
            {'\t'}rm -f *.elf *.bin *.hex

            .PHONY: all test flash clean

            """.ReplaceLineEndings("\n");
    }

    private static string Program(Board board, FirmwareProgram program, string compiler, string header)
    {
        string sources = string.Join(" \\\n", program.Sources.Select(s => "  " + s)), name = Path.GetFileNameWithoutExtension(program.Image).EndsWith("-test", StringComparison.Ordinal) ? "TEST" : "APPLICATION";
        return $$"""

            {{name}}_FLAGS = {{string.Join(' ', program.Flags.Select(Quoted))}}
            {{name}}_SOURCES = \
            {{sources}}

            {{Path.GetFileName(program.Image)}}: $({{name}}_SOURCES:%=../%) cortex-m.ld ../{{board.LinkerScript}}{{(header.Length > 0 ? " " + header : "")}}
            {{'\t'}}cd .. && $({{compiler}}) $({{name}}_FLAGS) $({{name}}_SOURCES) -o {{program.Image}}

            """;
    }

    private static string Converted(Board board) => $"""

        {board.Name}.bin: {board.Name}.elf
        {'\t'}$(OBJCOPY) -O binary {board.Name}.elf $@

        {board.Name}.hex: {board.Name}.elf
        {'\t'}$(OBJCOPY) -O ihex {board.Name}.elf $@

        # openocd -f interface/stlink.cfg -f target/{OpenOcdTarget(board)}.cfg -c "program {board.Name}.elf verify reset exit"
        flash: {board.Name}.bin
        {'\t'}st-flash --reset write {board.Name}.bin 0x08000000

        """;

    private static string OpenOcdTarget(Board board) =>
        board.Application!.Port.Name == "stm32g0" ? "stm32g0x" : board.Processor == "cortex-m3" ? "stm32f2x" : "stm32f4x";

    private static string Quoted(string flag) => flag.Any(c => c is '"' or ' ' or '(' or ')') ? $"'{flag}'" : flag;
}
