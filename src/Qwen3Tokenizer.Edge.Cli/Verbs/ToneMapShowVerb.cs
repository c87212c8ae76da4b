using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Pages;
using Qwen3Tokenizer.Edge.Cli.Speech;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge tonemap show</c>: a table, and what a buzzer makes of tokens, drawn on the terminal or as a page.</summary>
internal static class ToneMapShowVerb
{
    private const long DefaultClock = 72_000_000;

    public static Command Create()
    {
        Option<string?> table = ToneOptions.Table();
        Option<string?> range = ToneOptions.Range();
        Option<string[]> pins = ToneOptions.Pins();
        var tokens = new Option<string?>("--tokens") { HelpName = "FILE.q3t", Description = "Tokens whose tones are logged and drawn." };
        var page = new Option<string?>("--output", "-o") { HelpName = "PAGE.html", Description = "Write a page with pictures instead of text." };
        var clock = new Option<long>("--clock") { HelpName = "HZ", Description = "Clock of the 16-bit PWM timer whose nearest frequencies are told.", DefaultValueFactory = _ => DefaultClock };
        Option<bool> json = CommonOptions.Json();
        var verb = new Verb("show", "Draw a tone table and the melody of tokens.",
            "q3edge tonemap show",
            "q3edge tonemap show --tokens alert.q3t --pin 567=1200",
            "q3edge tonemap show --tokens alert.q3t --clock 16000000 -o tones.html")
        {
            tokens, table, range, pins, clock, page, json,
        };
        verb.SetAction(parsed =>
        {
            long timer = parsed.GetValue(clock);
            if (timer is < 1 or > uint.MaxValue)
                throw new CliException($"--clock {timer}: is not within 1 to {uint.MaxValue} Hz.");
            ToneRange buzzer = ToneOptions.RangeOf(parsed.GetValue(range));
            IReadOnlyList<(int Token, int Hertz)> chosen = ToneOptions.PinsOf(parsed.GetValue(pins)!);
            ToneTable tones = ToneOptions.Pinned(ToneOptions.Read(parsed.GetValue(table)).Within(buzzer), chosen, buzzer);
            TonePulse[]? pulses = null;
            if (parsed.GetValue(tokens) is { } file)
            {
                InputFile.Require(file);
                pulses = ToneSchedule.Of(tones, TokenFile.Read(file));
            }

            Show(tones, pulses, parsed.GetValue(tokens), timer, parsed.GetValue(page), parsed.GetValue(json));
            return 0;
        });
        return verb;
    }

    private static void Show(ToneTable tones, TonePulse[]? pulses, string? tokens, long clock, string? page, bool json)
    {
        if (page is not null)
            OutputFile.Write(page, stream => stream.Write(ToneMapPage.Render(tones, pulses, tokens is null ? null : Path.GetFileName(tokens), clock)));
        if (json)
        {
            Json.Print(new
            {
                token_space = tones.Space.ToString(),
                entries = tones.Entries,
                sounding = tones.Tones.ToArray().Count(t => t.Sounds),
                pinned = tones.Tones.ToArray().Select((t, i) => (t, i)).Where(x => x.t.Pinned).Select(x => new { token = x.i, frequency_hz = x.t.FrequencyHz }),
                pulses = pulses?.Select(p => new { start_us = p.StartUs, token = p.Code, frequency_hz = p.FrequencyHz, duty_permille = p.DutyPermille, on_us = p.OnUs, pause_us = p.PauseUs }),
            });
        }
        else if (page is not null)
        {
            Console.WriteLine(page);
        }
        else
        {
            Console.Write(ToneText.Spread(tones));
            if (pulses is not null)
                Console.Write($"\n{ToneText.Melody(pulses)}\n{ToneText.Log(pulses, clock)}");
        }
    }
}
