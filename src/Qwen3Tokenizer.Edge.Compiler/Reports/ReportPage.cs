using System.Globalization;
using System.Net;
using System.Text;

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
            figure { margin: 1rem 0; } figcaption { font-weight: 600; }
            svg.bars { width: 100%; max-width: 60rem; height: auto; } svg.bars rect { fill: var(--bar); } svg.bars rect.state { fill: #d68f4c; }
            svg.bars text { font-size: 12px; fill: currentColor; dominant-baseline: middle; }
            .scroll { overflow-x: auto; } small { opacity: .75; overflow-wrap: anywhere; }
            </style></head><body>
            <h1>{{E(report.Model)}} on {{E(report.Board)}}</h1>
            <p>{{E(report.Tool)}} &middot; {{E(report.Compiler)}}<br><small>token space {{E(report.TokenSpace)}}<br>weights {{E(report.WeightsSha256)}}</small></p>
            <div class="totals">
            """.ReplaceLineEndings("\n"));
        Total(text, "Library", Bytes(report.LibraryBytes), $"of {Bytes(report.FlashBudgetBytes)} flash; {Bytes(report.WeightBytes)} are weights");
        Total(text, "Arena", Bytes(report.ArenaBytes), $"of {Bytes(report.RamBudgetBytes)} RAM; no plan can be below {Bytes(report.ArenaLowerBoundBytes)}");
        Total(text, "Work", F(report.MacsPerSecond / 1e6, 1) + " M", "multiply-accumulates per second of audio");
        if (report is { PitchMedianCents: { } cents, VoicingDisagreement: { } voicing })
        {
            Total(text, "Pitch", F(cents, 2) + " cents", "median difference from float at the head");
            Total(text, "Voicing", F(voicing * 100, 2) + " %", "of hops differ from float");
        }

        if (report.SamplesSqnrDb is { } sqnr)
        {
            Total(text, "Samples", F(sqnr, 1) + " dB", "signal to noise against float");
        }

        Total(text, "PCM CRC-32", report.ConformanceCrc32, "of the conformance tokens, on every target");
        if (report.Frame is { Milliseconds: { } time, RealTimeFactor: { } factor } frame)
        {
            Total(text, "Time of a frame", F(time, 1) + " ms", $"{frame.Basis}, the mean{(frame.WorstMilliseconds is { } worst ? $"; {F(worst, 1)} ms at most" : "")}; {F(report.FrameBudgetMilliseconds ?? 0, 0)} ms are allowed");
            Total(text, "Real time", F(factor, 3), $"of the processor at {F(frame.ClockHz!.Value / 1e6, 0)} MHz, by modelled cycles");
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
            if (image.Application is { } application)
            {
                Total(text, "Application, flash", Bytes(application.FlashBytes), $"of {Bytes(report.FlashBudgetBytes)}; {(application.Speaks ? "speech and tones" : "tones only")}");
                Total(text, "Application, RAM", Bytes(application.RamBytes), $"of {Bytes(report.RamBudgetBytes)}; stack {Bytes(application.StackBytes)}");
            }

            Total(text, "Test image, flash", Bytes(image.FlashBytes), $"of {Bytes(report.FlashBudgetBytes)}; with player, alerts and tones");
            Total(text, "Test image, RAM", Bytes(image.RamBytes), $"of {Bytes(report.RamBudgetBytes)}; stack {Bytes(image.StackBytes)}{(image.StackUsedBytes is { } used ? $", {Bytes(used)} of it used" : "")}");
        }

        text.Append("\n</div>\n");
        if (report.Firmware is { } firmware)
        {
            Sizes(text, "Sections of the test image", "section", firmware.Sections.Select(s => (s.Name, s.Bytes, s.Writable ? s.Stored ? "flash and RAM" : "RAM" : "flash")));
        }

        if (report.Alerts is { Count: > 0 } || report.Firmware is not null)
        {
            AlertTable.Print(text, report.Alerts ?? [], report.Firmware);
        }

        FlashParts flash = report.Flash;
        Sizes(text, "Flash of the library", "part", [("constants of the decoder's layers", flash.DecoderBytes, ""), ("constants of the encoder's layers", flash.EncoderBytes, ""), ("alignment of the constants", flash.AlignmentBytes, ""),
            ("code and everything else", flash.OtherBytes, ""), ("total", report.LibraryBytes, "")]);
        Ram(text, report);
        if (report.Largest is { Count: > 0 } largest)
        {
            Sizes(text, "Largest parts", "part", largest.Select(c => (c.Name, c.Bytes, "")));
        }

        if (report.Sections is { Count: > 0 } sections)
        {
            Sizes(text, "Sections", "section", sections.Select(s => (s.Name, s.Bytes, s.Writable ? s.Stored ? "flash and RAM" : "RAM" : "flash")));
        }

        LayerTables.Print(text, "Decoder, layer by layer", report.Layers, report.Frame, report.StateBytes);
        if (report is { EncoderLayers: { } encoderLayers, EncoderStateBytes: { } encoderState })
        {
            LayerTables.Print(text, "Encoder, layer by layer", encoderLayers, report.EncoderFrame, encoderState);
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

    private static void Ram(StringBuilder text, BuildReport report)
    {
        List<(string, long, string)> rows = [("state of the decoder", report.StateBytes, ""), ("shared by its layers in turn", report.ArenaBytes - report.StateBytes, ""), ("arena of the decoder", report.ArenaBytes, "sum of both")];
        if (report is { EncoderArenaBytes: { } arena, EncoderStateBytes: { } state })
        {
            rows.AddRange([("state of the encoder", state, ""), ("shared by its layers in turn", arena - state, ""), ("arena of the encoder", arena, "sum of both")]);
        }

        if (report.StackBudgetBytes is { } stack)
        {
            rows.Add(("stack", stack, "kept by board.json"));
        }

        Sizes(text, "RAM", "part", rows);
    }

    private static void Total(StringBuilder text, string name, string value, string remark) =>
        text.Append(CultureInfo.InvariantCulture, $"\n<div>{E(name)}<b>{E(value)}</b><small>{E(remark)}</small></div>");

    private static string Bytes(long bytes) => bytes.ToString("N0", CultureInfo.InvariantCulture) + " bytes";

    private static string F(double value, int digits) => value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string E(string text) => WebUtility.HtmlEncode(text);
}
