namespace Qwen3Tokenizer.Edge.Compiler.Boards;

/// <summary>An input of a board and the event that it raises.</summary>
/// <param name="Pin">Such as <c>PC0</c>.</param>
/// <param name="ActiveHigh">Whether a high level is the event; a low one otherwise.</param>
/// <param name="DebounceMilliseconds">How long the level must last, ms.</param>
/// <param name="EventCode">In the profile of the application.</param>
public sealed record BoardInput(string Pin, bool ActiveHigh, int DebounceMilliseconds, int EventCode)
{
    /// <summary>Number of the port: 0 for A.</summary>
    public int Port => Pin[1] - 'A';

    /// <summary>Number of the pin in its port.</summary>
    public int Number => int.Parse(Pin.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>What the firmware application of a board listens to (native/firmware/application.c).</summary>
/// <param name="Port">The microcontroller's family.</param>
/// <param name="CrystalHz">Crystal, Hz; null for the internal oscillator.</param>
/// <param name="Baud">Speed of the serial line.</param>
/// <param name="Profile">Whose event codes come in without a profile's name.</param>
/// <param name="Languages">ISO 639-1 codes in which an event is told, in this order.</param>
/// <param name="Inputs">Input pins.</param>
public sealed record BoardApplication(FirmwarePort Port, long? CrystalHz, int Baud, string Profile, IReadOnlyList<string> Languages, IReadOnlyList<BoardInput> Inputs);
