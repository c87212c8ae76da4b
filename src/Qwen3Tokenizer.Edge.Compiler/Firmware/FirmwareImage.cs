
namespace Qwen3Tokenizer.Edge.Compiler.Firmware;

/// <summary>An alert as a program played it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Frames">Frames of 80 ms.</param>
/// <param name="PcmCrc32">CRC-32 of its samples as little-endian bytes, hexadecimal.</param>
/// <param name="PulsesCrc32">CRC-32 of its pulses, hexadecimal (native/firmware/speak_alerts.h).</param>
public sealed record SpokenAlert(int Id, string Name, int Frames, string PcmCrc32, string PulsesCrc32);

/// <summary>The firmware's test image, which plays every alert for a debugger or an emulator: what it occupies and what it said; with the application beside it.</summary>
/// <param name="Image">Path in the output folder.</param>
/// <param name="FlashBytes">Code, constants, and initial values of variables.</param>
/// <param name="RamBytes">Variables and stack.</param>
/// <param name="StackBytes">The stack in it.</param>
/// <param name="StackUsedBytes">Deepest use of the stack in the emulator; null where it did not run.</param>
/// <param name="Sections">Sections that occupy memory, the largest first.</param>
/// <param name="Alerts">Every alert, with the checksums that this machine gives and, where <paramref name="VerifiedUnder"/> is set, the board too.</param>
/// <param name="PcmCrc32">CRC-32 of the samples of all alerts.</param>
/// <param name="PulsesCrc32">CRC-32 of the pulses of all alerts.</param>
/// <param name="VerifiedUnder">The emulator that said the same; null where none ran.</param>
public sealed record FirmwareImage(
    string Image, long FlashBytes, long RamBytes, long StackBytes, int? StackUsedBytes, IReadOnlyList<ElfSection> Sections, IReadOnlyList<SpokenAlert> Alerts, string PcmCrc32, string PulsesCrc32, string? VerifiedUnder)
{
    /// <summary>The program that is flashed; null for a board without an application.</summary>
    public ApplicationImage? Application { get; init; }
}
