using System.CommandLine;
using System.Globalization;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Compiler.Tones;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>What the verbs about tones have in common.</summary>
internal static class ToneOptions
{
    public static Option<string?> Table() => new("--table", "-t") { HelpName = "TABLE", Description = "Tone table, .csv or .json (default: the one learned for edge-light's tokens)." };

    public static Option<string?> Range() => new("--range", "-r") { HelpName = "LOW-HIGH", Description = $"What the buzzer can play, Hz (default {ToneRange.Default.LowestHz}-{ToneRange.Default.HighestHz}); tones move there by octaves." };

    public static Option<string[]> Pins() => new("--pin", "-p")
    {
        HelpName = "TOKEN=HZ",
        Description = "A frequency chosen by hand, such as 567=1200; may be given several times.",
        DefaultValueFactory = _ => [],
    };

    /// <summary>The range asked for.</summary>
    /// <exception cref="CliException">It is not a range.</exception>
    public static ToneRange RangeOf(string? text)
    {
        if (text is null)
            return ToneRange.Default;
        return ToneRange.TryParse(text, out ToneRange range)
            ? range
            : throw new CliException($"--range {text}: is not LOW-HIGH in Hz, such as 500-4000, within 1 to {Tone.MaxHz}.");
    }

    /// <summary>The pins asked for.</summary>
    /// <exception cref="CliException">One is not TOKEN=HZ, or a token occurs twice.</exception>
    public static IReadOnlyList<(int Token, int Hertz)> PinsOf(string[] texts)
    {
        var pins = new List<(int Token, int Hertz)>();
        foreach (string text in texts)
        {
            string[] parts = text.Split('=');
            if (parts.Length != 2 || !Whole(parts[0], out int token) || !Whole(parts[1], out int hertz))
                throw new CliException($"--pin {text}: is not TOKEN=HZ, such as 567=1200.");
            if (pins.Any(p => p.Token == token))
                throw new CliException($"--pin {text}: token {token} is pinned twice.");
            pins.Add((token, hertz));
        }

        return pins;
    }

    /// <summary>A table with the pins set.</summary>
    /// <exception cref="CliException">The table has no such token, or the buzzer cannot play the frequency.</exception>
    public static ToneTable Pinned(ToneTable table, IReadOnlyList<(int Token, int Hertz)> pins, ToneRange range)
    {
        foreach ((int token, int hertz) in pins)
        {
            if (token >= table.Entries)
                throw new CliException($"--pin {token}={hertz}: token {token} is out of range: the table has tokens 0 to {table.Entries - 1}.");
            if (!range.Contains(hertz))
                throw new CliException($"--pin {token}={hertz}: {hertz} Hz is outside the buzzer's {range}.");
            table = table.Pin(token, hertz);
        }

        return table;
    }

    /// <summary>A table from a file, or the built-in one.</summary>
    public static ToneTable Read(string? path)
    {
        if (path is null)
            return BuiltInTones.Load();
        InputFile.Require(path);
        return ToneTableFile.Read(path);
    }

    private static bool Whole(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
