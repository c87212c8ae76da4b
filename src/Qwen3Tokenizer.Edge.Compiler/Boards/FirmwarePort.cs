namespace Qwen3Tokenizer.Edge.Compiler.Boards;

/// <summary>A family of microcontrollers that the firmware application runs on (native/firmware/port.h).</summary>
/// <param name="Name">As it stands in board.json.</param>
/// <param name="Sources">Files that implement it, relative to the folder of the firmware.</param>
/// <param name="Audio">Ways in which it makes sound.</param>
/// <param name="Ports">Letters of its ports of pins.</param>
/// <param name="TakenPins">Pins that the port itself uses or that a debugger needs.</param>
/// <param name="LowestMegahertz">Slowest clock that its PLL makes as the port sets it.</param>
/// <param name="HighestMegahertz">Fastest one.</param>
/// <param name="CrystalMegahertz">A crystal has a multiple of these.</param>
public sealed record FirmwarePort(
    string Name, IReadOnlyList<string> Sources, IReadOnlyList<AudioOutput> Audio, string Ports, IReadOnlyList<string> TakenPins, int LowestMegahertz, int HighestMegahertz, int CrystalMegahertz)
{
    /// <summary>All that there are.</summary>
    public static IReadOnlyList<FirmwarePort> All { get; } =
    [
        new("stm32f4", ["stm32/stm32.c", "stm32/stm32f4.c"], [AudioOutput.PwmDac, AudioOutput.Dac], "ABCDEFGHI", ["PA4", "PA7", "PA8", "PA9", "PA10", "PA13", "PA14"], 48, 168, 1),
        new("stm32g0", ["stm32/stm32.c", "stm32/stm32g0.c"], [AudioOutput.None], "ABCDF", ["PA7", "PA9", "PA10", "PA13", "PA14"], 16, 64, 4),
    ];
}
