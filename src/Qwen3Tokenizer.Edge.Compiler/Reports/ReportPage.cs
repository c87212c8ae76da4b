using System.Globalization;
using System.Net;
using System.Text;
using Qwen3Tokenizer.Edge.Compiler.Firmware;

namespace Qwen3Tokenizer.Edge.Compiler.Reports;

/// <summary>report.html: the build report for people, one self-contained page.</summary>
public static class ReportPage
{
    /// <summary>The page.</summary>
    public static string Print(BuildReport report)
    {
        var text = new StringBuilder();
        text.Append($$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{E(report.Model)}} on {{E(report.Board)}}</title>
            <style>
            :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); --bar: #4c7dd6; }
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
            h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
            table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
            th, td { text-align: right; padding: .2rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
            th { white-space: normal; vertical-align: bottom; }
            th:first-child, td:first-child, th:nth-child(2), td:nth-child(2) { text-align: left; }
            .totals { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); gap: .8rem; padding: 0; }
            .totals div { border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .9rem; }
            .totals b { display: block; font-size: 1.25rem; }
            .bar { display: inline-block; height: .6rem; background: var(--bar); border-radius: .2rem; vertical-align: middle; margin-right: .4rem; }
            .scroll { overflow-x: auto; } small { opacity: .75; overflow-wrap: anywhere; }
            </style></head><body>
            <h1>{{E(report.Model)}} on {{E(report.Board)}}</h1>
            <p>{{E(report.Tool)}} &middot; {{E(report.Compiler)}}<br><small>token space {{E(report.TokenSpace)}}<br>weights {{E(report.WeightsSha256)}}</small></p>
            <div class="totals">
            """.ReplaceLineEndings("\n"));
        Total(text, "Library", Bytes(report.LibraryBytes), $"of {Bytes(report.FlashBudgetBytes)} flash; {Bytes(report.WeightBytes)} are weights");
        Total(text, "Arena", Bytes(report.ArenaBytes), $"of {Bytes(report.RamBudgetBytes)} RAM; no plan can be below {Bytes(report.ArenaLowerBoundBytes)}");
        Total(text, "Work", F(report.MacsPerSecond / 1e6, 1) + " M", "multiply-accumulates per second of audio");
        Total(text, "Pitch", F(report.PitchMedianCents, 2) + " cents", "median difference from float at the head");
        Total(text, "Voicing", F(report.VoicingDisagreement * 100, 2) + " %", "of hops differ from float");
        Total(text, "PCM CRC-32", report.ConformanceCrc32, "of the conformance tokens, on every target");
        if (report.FrameMilliseconds is { } time)
        {
            Total(text, "Time of a frame", F(time, 1) + " ms", $"estimated, of {F(report.FrameBudgetMilliseconds ?? 0, 0)} ms");
        }

        if (report.VerifiedUnder is { } emulator)
        {
            Total(text, "Verified", emulator, "gave the same checksum");
        }

        if (report.EncoderArenaBytes is { } encoderArena)
        {
            Total(text, "Encoder arena", Bytes(encoderArena), $"of {Bytes(report.RamBudgetBytes)} RAM");
        }

        if (report.Firmware is { } image)
        {
            Total(text, "Firmware, flash", Bytes(image.FlashBytes), $"of {Bytes(report.FlashBudgetBytes)}; with player, alerts and tones");
            Total(text, "Firmware, RAM", Bytes(image.RamBytes), $"of {Bytes(report.RamBudgetBytes)}; stack {Bytes(image.StackBytes)}{(image.StackUsedBytes is { } used ? $", {Bytes(used)} of it used" : "")}");
        }

        text.Append("\n</div>\n");
        if (report.Firmware is { } firmware)
        {
            Sizes(text, "Sections of the firmware", "section", firmware.Sections.Select(s => (s.Name, s.Bytes, s.Writable ? s.Stored ? "flash and RAM" : "RAM" : "flash")));
            Alerts(text, firmware);
        }

        if (report.Largest is { Count: > 0 } largest)
        {
            Sizes(text, "Largest parts", "part", largest.Select(c => (c.Name, c.Bytes, "")));
        }

        if (report.Sections is { Count: > 0 } sections)
        {
            Sizes(text, "Sections", "section", sections.Select(s => (s.Name, s.Bytes, s.Writable ? s.Stored ? "flash and RAM" : "RAM" : "flash")));
        }

        Table(text, report.EncoderLayers is null ? "Operations, per frame" : "Decoder operations, per frame", report.Layers);
        if (report.EncoderLayers is { } encoderLayers)
        {
            Table(text, "Encoder operations, per frame", encoderLayers);
        }

        text.Append("<p><small>8-bit SQNR: what 8 bits would give at this output, measured on the calibration clips; it decides between 8 and 16 bits. SQNR against float: measured in the compiled library on the verification clip, with the errors of all operations before it.</small></p>\n</body></html>\n");
        return text.ToString();
    }

    private static void Sizes(StringBuilder text, string title, string what, IEnumerable<(string Name, long Bytes, string Where)> rows)
    {
        text.Append(CultureInfo.InvariantCulture, $"<h2>{E(title)}</h2>\n<div class=\"scroll\"><table>\n<tr><th>{what}</th><th></th><th>bytes</th></tr>\n");
        foreach ((string name, long bytes, string where) in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"<tr><td>{E(name)}</td><td>{where}</td><td>{bytes:N0}</td></tr>\n");
        }

        text.Append("</table></div>\n");
    }

    private static void Alerts(StringBuilder text, FirmwareImage firmware)
    {
        text.Append(CultureInfo.InvariantCulture, $"<h2>All alerts</h2>\n<p>{(firmware.VerifiedUnder is { } how ? $"Said with these checksums by this machine and under <small>{E(how)}</small>." : "Said with these checksums by this machine; no emulator ran the image.")}</p>\n");
        text.Append("<div class=\"scroll\"><table>\n<tr><th>id</th><th>alert</th><th>seconds</th><th>CRC-32 of the samples</th><th>CRC-32 of the pulses</th></tr>\n");
        foreach (SpokenAlert alert in firmware.Alerts)
        {
            text.Append(CultureInfo.InvariantCulture, $"<tr><td>{alert.Id}</td><td>{E(alert.Name)}</td><td>{alert.Frames * 0.08:F2}</td><td>{alert.PcmCrc32}</td><td>{alert.PulsesCrc32}</td></tr>\n");
        }

        text.Append("</table></div>\n");
    }

    private static void Table(StringBuilder text, string title, IReadOnlyList<LayerReport> layers)
    {
        text.Append(CultureInfo.InvariantCulture, $"<h2>{E(title)}</h2>\n");
        text.Append("<div class=\"scroll\"><table>\n<tr><th>node</th><th>operation</th><th>MACs</th><th>weight bytes</th><th>output bits</th><th>8-bit SQNR, dB</th><th>SQNR against float, dB</th></tr>\n");
        long largest = Math.Max(1, layers.Max(l => l.Macs));
        foreach (LayerReport layer in layers)
        {
            string width = F(6.0 * layer.Macs / largest, 2);
            text.Append(CultureInfo.InvariantCulture, $"<tr><td>{E(layer.Name)}</td><td>{E(layer.Operation)}</td><td><span class=\"bar\" style=\"width:{width}rem\"></span>{layer.Macs:N0}</td><td>{layer.WeightBytes:N0}</td><td>{layer.OutputBits}</td><td>{Optional(layer.Int8SqnrDb)}</td><td>{Optional(layer.SqnrDb)}</td></tr>\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"<tr><th>total</th><th></th><th>{layers.Sum(l => l.Macs):N0}</th><th>{layers.Sum(l => l.WeightBytes):N0}</th><th></th><th></th><th></th></tr>\n</table></div>\n");
    }

    private static void Total(StringBuilder text, string name, string value, string remark) =>
        text.Append(CultureInfo.InvariantCulture, $"\n<div>{E(name)}<b>{E(value)}</b><small>{E(remark)}</small></div>");

    private static string Bytes(long bytes) => bytes.ToString("N0", CultureInfo.InvariantCulture) + " bytes";

    private static string Optional(double? value) => value is { } v ? F(v, 1) : "";

    private static string F(double value, int digits) => value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string E(string text) => WebUtility.HtmlEncode(text);
}
