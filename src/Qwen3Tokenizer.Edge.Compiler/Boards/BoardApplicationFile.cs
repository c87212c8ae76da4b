using System.Globalization;
using Qwen3Tokenizer.Edge.Compiler.Alerts;

namespace Qwen3Tokenizer.Edge.Compiler.Boards;

/// <summary>Reads the section <c>application</c> of a board.json.</summary>
internal static class BoardApplicationFile
{
    // The tick takes a byte 8000 times a second; a slower line than 1200 baud does not fit the divider of every family.
    private const int SlowestBaud = 1200, FastestBaud = 57_600;
    private const int MostInputs = 16;
    private const int MostLanguages = 4;
    private const int Megahertz = 1_000_000;

    /// <summary>Reads the section.</summary>
    /// <exception cref="BuildException">A field is wrong; the message names the line.</exception>
    public static BoardApplication Read(BoardSection s)
    {
        string port = s.Choice("port", [.. FirmwarePort.All.Select(p => p.Name)]), profile = s.Text("profile");
        if (profile.Length > 40 || profile.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
            throw s.Wrong("profile", "is not made of 1 to 40 letters, digits, '-', '_' and '.'");
        var application = new BoardApplication(
            FirmwarePort.All.First(p => p.Name == port),
            s.Has("crystal_hz") ? s.Whole("crystal_hz", 4 * Megahertz, 48 * Megahertz) : null,
            (int)s.Whole("baud", SlowestBaud, FastestBaud),
            profile,
            s.Texts("languages"),
            s.Has("inputs") ? [.. s.Sections("inputs").Select(i => Input(i, profile))] : []);
        s.RequireNothingElse();
        RequireSense(s, application);
        return application;
    }

    /// <summary>What the application asks of the rest of its board.</summary>
    public static void RequireFits(BoardSection board, Board read, BoardApplication application)
    {
        FirmwarePort port = application.Port;
        if (read.System != BoardSystem.BareMetal || read.LinkerScript is null)
            throw board.Wrong("application", "needs a board with system bare_metal and a linker_script");
        if (read.Buzzer is null)
            throw board.Wrong("application", "needs a buzzer: buzzer_hz is missing");
        if (!port.Audio.Contains(read.AudioOutput))
            throw board.Wrong("audio_output", $"the port '{port.Name}' of its application cannot make: it has {string.Join(", ", port.Audio.Select(a => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(a.ToString())))}");
        if (read.ClockHz is not { } clock || clock % Megahertz != 0 || clock < port.LowestMegahertz * (long)Megahertz || clock > port.HighestMegahertz * (long)Megahertz)
            throw board.Wrong("clock_hz", string.Create(CultureInfo.InvariantCulture, $"the port '{port.Name}' of its application cannot make: it makes whole MHz from {port.LowestMegahertz} to {port.HighestMegahertz}"));
    }

    private static void RequireSense(BoardSection s, BoardApplication application)
    {
        if (application.CrystalHz is { } crystal && crystal % (application.Port.CrystalMegahertz * Megahertz) != 0)
            throw s.Wrong("crystal_hz", string.Create(CultureInfo.InvariantCulture, $"is not a multiple of {application.Port.CrystalMegahertz} MHz, from which the port '{application.Port.Name}' makes its clock"));
        if (application.Languages.Count is 0 or > MostLanguages || application.Languages.Any(l => l.Length != 2 || !l.All(char.IsAsciiLetterLower)))
            throw s.Wrong("languages", string.Create(CultureInfo.InvariantCulture, $"is not a list of 1 to {MostLanguages} ISO 639-1 codes of two letters"));
        if (application.Inputs.Count > MostInputs)
            throw s.Wrong("inputs", string.Create(CultureInfo.InvariantCulture, $"has more than {MostInputs} entries"));
        for (int i = 0; i < application.Inputs.Count; i++)
        {
            string pin = application.Inputs[i].Pin;
            if (!application.Port.Ports.Contains(pin[1], StringComparison.Ordinal) || application.Port.TakenPins.Contains(pin, StringComparer.Ordinal))
                throw s.Wrong("inputs", $"names the pin {pin}, which the port '{application.Port.Name}' {(application.Port.TakenPins.Contains(pin, StringComparer.Ordinal) ? "uses itself" : "does not have")}");
            if (application.Inputs.Take(i).Any(other => other.Pin == pin))
                throw s.Wrong("inputs", $"names the pin {pin} twice");
        }
    }

    private static BoardInput Input(BoardSection s, string profile)
    {
        string pin = s.Text("pin");
        if (pin.Length is < 3 or > 4 || pin[0] != 'P' || !char.IsAsciiLetterUpper(pin[1]) || (pin.Length == 4 && pin[2] == '0')
            || !int.TryParse(pin.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number > 15)
            throw s.Wrong("pin", "is not a pin such as PC0 or PB15");
        var input = new BoardInput(pin, s.Choice("active", "high", "low") == "high", s.Has("debounce_ms") ? (int)s.Whole("debounce_ms", 1, 60_000) : 50, EventCode(s, profile));
        s.RequireNothingElse();
        return input;
    }

    private static int EventCode(BoardSection s, string profile) =>
        !s.IsText("event") ? (int)s.Whole("event", 0, ushort.MaxValue)
        : EventProfiles.Find(profile)?.CodeOf(s.Text("event")) ?? throw s.Wrong("event", $"is not the name of an event that is known in the profile '{profile}': give its code");
}
