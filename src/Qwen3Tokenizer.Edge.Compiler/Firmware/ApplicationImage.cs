namespace Qwen3Tokenizer.Edge.Compiler.Firmware;

/// <summary>The program that is flashed.</summary>
/// <param name="Image">ELF file, path in the output folder.</param>
/// <param name="Binary">The bytes of the flash; null where the toolchain has no objcopy.</param>
/// <param name="Hex">The same as Intel HEX; null likewise.</param>
/// <param name="FlashBytes">Code, constants, and initial values of variables.</param>
/// <param name="RamBytes">Variables and stack.</param>
/// <param name="StackBytes">The stack in it.</param>
/// <param name="Speaks">Whether it has the decoder; otherwise only the buzzer plays.</param>
public sealed record ApplicationImage(string Image, string? Binary, string? Hex, long FlashBytes, long RamBytes, long StackBytes, bool Speaks);
