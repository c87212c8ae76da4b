using System.Globalization;
using System.Text;

namespace Qwen3Tokenizer.Edge.Compiler.Alerts;

/// <summary>Prints an alert set as C: <c>q3e_alerts.c</c> and <c>q3e_alerts.h</c>.</summary>
public static class AlertTableSource
{
    /// <summary>The header: ids by name, and the table.</summary>
    public static string Header(AlertSet set)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"/* Alerts for {set.Model.Name}, emitted by {HostBuild.Tool}. Do not edit. */\n#ifndef Q3E_ALERTS_H\n#define Q3E_ALERTS_H\n\n#include \"q3e_player.h\"\n\n");
        text.Append("#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
        foreach (Alert alert in set.Alerts)
        {
            AlertRow r = alert.Row;
            text.Append(CultureInfo.InvariantCulture, $"#define Q3E_ALERT_{AlertText.Macro(r.Name)} {r.Id}u /* {r.Profile} {r.EventCode}, {r.Language}: {AlertText.Comment(r.Text)} */\n");
        }

        text.Append("\nextern const q3e_alert_table q3e_alerts;\n\n#ifdef __cplusplus\n}\n#endif\n#endif\n");
        return text.ToString();
    }

    /// <summary>The table. With Q3E_ALERTS_WITHOUT_TONES defined it does without q3e_tones.c.</summary>
    public static string Source(AlertSet set)
    {
        string[] profiles = [.. set.Alerts.Select(a => a.Row.Profile).Distinct(StringComparer.Ordinal)];
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"/* Alerts for {set.Model.Name}, token space {set.Model.Config.Space}, emitted by {HostBuild.Tool}. Do not edit. */\n#include \"q3e_alerts.h\"\n\n");
        text.Append("#ifdef Q3E_ALERTS_WITHOUT_TONES\n#define TONES NULL\n#else\n#include \"q3e_tones.h\"\n#define TONES q3e_tones\n#endif\n\n");
        text.Append(CultureInfo.InvariantCulture, $"static const char *const profiles[{profiles.Length}] = {{ {string.Join(", ", profiles.Select(p => $"\"{p}\""))} }};\n\n");
        text.Append(CultureInfo.InvariantCulture, $"static const q3e_alert rows[{set.Alerts.Count}] = {{\n    /* bit offset, id, event, frames, language, profile, priority, repeats, gap, flags, layers */\n");
        foreach (Alert alert in set.Alerts)
        {
            AlertRow r = alert.Row;
            string flags = r.Tone ? r.Speech ? "Q3E_ALERT_TONE | Q3E_ALERT_SPEECH" : "Q3E_ALERT_TONE" : "Q3E_ALERT_SPEECH";
            text.Append(CultureInfo.InvariantCulture, $"    {{ {alert.BitOffset}u, {r.Id}, {r.EventCode}, {alert.Tokens.Frames}, Q3E_LANGUAGE('{r.Language[0]}', '{r.Language[1]}'), {Array.IndexOf(profiles, r.Profile)}, {r.Priority}, {r.Repeats}, {r.GapFrames}, {flags}, {alert.Tokens.Layers} }}, /* {r.Name}; {AlertText.Comment(r.Licence)} */\n");
        }

        text.Append("};\n\n");
        ReadOnlySpan<byte> codes = set.Codes.Span;
        text.Append(CultureInfo.InvariantCulture, $"static const uint8_t codes[{codes.Length}] = {{\n{AlertText.Bytes(codes, "    ")}}};\n\n");
        Span<byte> space = stackalloc byte[TokenSpace.ByteLength];
        set.Model.Config.Space.CopyTo(space);
        text.Append(CultureInfo.InvariantCulture, $"const q3e_alert_table q3e_alerts = {{\n    sizeof(q3e_alert_table), Q3E_PLAYER_VERSION, {set.Alerts.Count}u, {profiles.Length}u, {set.Model.Config.CodebookSize}u, {set.Model.Config.BitsPerCode}u, {codes.Length}u,\n    rows, profiles, codes, TONES,\n    {{\n{AlertText.Bytes(space, "        ")}    }}\n}};\n");
        return text.ToString();
    }

    /// <summary>The same table for .NET and nanoFramework: <c>new AlertTable(Rows.All, Rows.Codes, ...)</c>.</summary>
    public static string CSharp(AlertSet set)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"// Alerts for {set.Model.Name}, token space {set.Model.Config.Space}, emitted by {HostBuild.Tool}. Do not edit.\n");
        text.Append("namespace Qwen3Tokenizer.Edge.Alerts\n{\n    /// <summary>The rows of this board's alerts.</summary>\n    public static class BoardAlerts\n    {\n");
        foreach (Alert alert in set.Alerts)
        {
            AlertRow r = alert.Row;
            text.Append(CultureInfo.InvariantCulture, $"        /// <summary>{System.Net.WebUtility.HtmlEncode(AlertText.Comment(r.Text))}</summary>\n        public const int {Pascal(r.Name)} = {r.Id};\n\n");
        }

        text.Append("        private static readonly Alert[] Rows = new Alert[]\n        {\n");
        foreach (Alert alert in set.Alerts)
        {
            AlertRow r = alert.Row;
            string outputs = r.Tone ? r.Speech ? "AlertOutputs.Tone | AlertOutputs.Speech" : "AlertOutputs.Tone" : "AlertOutputs.Speech";
            text.Append(CultureInfo.InvariantCulture, $"            new Alert({r.Id}, \"{r.Profile}\", {r.EventCode}, \"{r.Language}\", {r.Priority}, {r.Repeats}, {r.GapFrames}, {outputs}, {alert.Tokens.Layers}, {alert.Tokens.Frames}, {alert.BitOffset}), // {AlertText.Comment(r.Licence)}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"        }};\n\n        private static readonly byte[] Codes = new byte[]\n        {{\n{AlertText.Bytes(set.Codes.Span, "            ")}        }};\n\n");
        text.Append(CultureInfo.InvariantCulture, $"        /// <summary>The table; null tones for a device that only speaks.</summary>\n        public static AlertTable Table(ToneArrays tones)\n        {{\n            return new AlertTable(Rows, Codes, {set.Model.Config.BitsPerCode}, {set.Model.Config.CodebookSize}, tones);\n        }}\n    }}\n}}\n");
        return text.ToString();
    }

    private static string Pascal(string name)
    {
        string joined = string.Concat(name.Split('-', StringSplitOptions.RemoveEmptyEntries).Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
        return joined.Length == 0 || char.IsAsciiDigit(joined[0]) ? "Alert" + joined : joined;
    }
}
