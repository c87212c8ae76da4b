using System.Globalization;
using System.Text;
using Qwen3Tokenizer.Edge.Distillation.Reports;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Cli.Pages;

/// <summary>A page with a tone table drawn token by token and, where there are tokens, their schedule as a piano roll.</summary>
internal static class ToneMapPage
{
    private const double Width = 1200;
    private const double Height = 360;
    private const double Margin = 60;

    // Without it the page would be drawn wider than any screen for a clip of minutes.
    private const int MaxPulses = 2000;

    private const string Style = """
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 80em; padding: 0 1em; }
        svg { width: 100%; background: #fafafa; border: 1px solid #ddd; } svg text { font: 12px system-ui, sans-serif; fill: #555; }
        .axis { stroke: #ddd; } .tone { fill: #1864ab; } .pinned { fill: #d9480f; } pre { overflow-x: auto; font-size: 12px; }
        @media (prefers-color-scheme: dark) { body { background: #16181c; color: #ddd; } svg { background: #1d2026; border-color: #333; } .axis { stroke: #333; } svg text { fill: #aaa; } .tone { fill: #74c0fc; } .pinned { fill: #ffa94d; } }
        """;

    /// <summary>The page as UTF-8.</summary>
    /// <param name="table">The tones.</param>
    /// <param name="pulses">A schedule, or null.</param>
    /// <param name="name">What the schedule is of.</param>
    /// <param name="clockHz">Clock of the PWM timer, for the log.</param>
    public static byte[] Render(ToneTable table, IReadOnlyList<TonePulse>? pulses, string? name, long clockHz)
    {
        var text = new StringBuilder();
        text.Append("<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Tone map</title>\n<meta name=\"viewport\" content=\"width=device-width\">\n<style>");
        text.Append(Style).Append("</style>\n<h1>Tone map</h1>\n");
        text.Append(CultureInfo.InvariantCulture, $"<p>Token space <code>{table.Space}</code>. A dot is a token of layer 0; the higher the dot, the higher its tone; the darker, the louder; pinned ones stand out; silent ones are left out.</p>\n");
        text.Append(Table(table));
        if (pulses is not null)
        {
            TonePulse[] shown = [.. pulses.Take(MaxPulses)];
            text.Append(CultureInfo.InvariantCulture, $"<h2>{Html.Text(name ?? "tokens")}</h2>\n<p>{pulses.Count} pulses of 80 ms{(shown.Length < pulses.Count ? $", the first {shown.Length} drawn" : "")}. Width is how long a tone sounds, height of a bar its loudness.</p>\n");
            text.Append(Roll(shown)).Append("<details><summary>Log</summary><pre>").Append(Html.Text(ToneText.Log(shown, clockHz))).Append("</pre></details>\n");
        }

        return Encoding.UTF8.GetBytes(text.Append("</html>\n").ToString());
    }

    private static string Table(ToneTable table)
    {
        Tone[] sounding = [.. table.Tones.ToArray().Where(t => t.Sounds)];
        var scale = new LogScale(sounding.Select(t => t.FrequencyHz));
        var text = new StringBuilder(Open("tone of every token")).Append(scale.Axis());
        for (int token = 0; token < table.Entries; token++)
        {
            Tone t = table[token];
            if (!t.Sounds)
                continue;
            double x = Margin + ((Width - Margin) * token / table.Entries);
            text.Append(CultureInfo.InvariantCulture, $"<circle class=\"{(t.Pinned ? "pinned" : "tone")}\" cx=\"{x:0.#}\" cy=\"{scale.Y(t.FrequencyHz):0.#}\" r=\"{(t.Pinned ? 6 : 3)}\" opacity=\"{Loudness(t.DutyPermille):0.##}\"><title>token {token}: {t.FrequencyHz} Hz, duty {t.DutyPermille}, {t.OnMs} ms</title></circle>");
        }

        return text.Append("</svg>\n").ToString();
    }

    private static string Roll(TonePulse[] pulses)
    {
        var scale = new LogScale(pulses.Where(p => p.OnUs > 0).Select(p => p.FrequencyHz));
        var text = new StringBuilder(Open("tones over time")).Append(scale.Axis());
        double step = (Width - Margin) / Math.Max(1, pulses.Length);
        for (int i = 0; i < pulses.Length; i++)
        {
            TonePulse p = pulses[i];
            if (p.OnUs == 0)
                continue;
            double height = 4 + (10 * Loudness(p.DutyPermille));
            text.Append(CultureInfo.InvariantCulture, $"<rect class=\"tone\" x=\"{Margin + (step * i):0.##}\" y=\"{scale.Y(p.FrequencyHz) - (height / 2):0.#}\" width=\"{step * p.OnUs / ToneSchedule.FrameUs:0.##}\" height=\"{height:0.#}\"><title>{p.StartUs / 1e6:0.00} s: token {p.Code}, {p.FrequencyHz} Hz, {p.OnUs / 1000} ms</title></rect>");
        }

        return text.Append("</svg>\n").ToString();
    }

    // The fundamental of a rectangular wave of duty d has the amplitude sin(pi d), relative to the loudest.
    private static double Loudness(int dutyPermille) => Math.Clamp(Math.Sin(Math.PI * dutyPermille / Tone.MaxDuty), 0.1, 1);

    private static string Open(string label) => string.Create(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{label}\">");

    /// <summary>Frequencies as heights, an octave everywhere equally high.</summary>
    private sealed class LogScale
    {
        private readonly double _low;
        private readonly double _high;

        public LogScale(IEnumerable<int> hertz)
        {
            double[] logs = [.. hertz.Select(h => Math.Log2(h)).DefaultIfEmpty(Math.Log2(1000))];
            (_low, _high) = (Math.Floor(4 * logs.Min()) / 4, (Math.Floor(4 * logs.Max()) + 1) / 4);
        }

        public double Y(double hertz) => Height - 20 - ((Height - 40) * (Math.Log2(hertz) - _low) / (_high - _low));

        public string Axis()
        {
            var text = new StringBuilder();
            for (double log = _low; log <= _high + 1e-9; log += 0.25)
            {
                double hertz = Math.Pow(2, log);
                text.Append(CultureInfo.InvariantCulture, $"<line class=\"axis\" x1=\"{Margin}\" x2=\"{Width}\" y1=\"{Y(hertz):0.#}\" y2=\"{Y(hertz):0.#}\"/><text x=\"4\" y=\"{Y(hertz) + 4:0.#}\">{hertz:0} Hz</text>");
            }

            return text.ToString();
        }
    }
}
