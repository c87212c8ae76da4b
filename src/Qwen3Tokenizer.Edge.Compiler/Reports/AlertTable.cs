using System.Globalization;
using System.Net;
using System.Text;
using Qwen3Tokenizer.Edge.Compiler.Firmware;

namespace Qwen3Tokenizer.Edge.Compiler.Reports;

/// <summary>The part of the page about alerts: how well each is understood, and what it must sound like on the board.</summary>
internal static class AlertTable
{
    /// <summary>Prints the table.</summary>
    /// <param name="text">Receives it.</param>
    /// <param name="alerts">How well each alert is understood.</param>
    /// <param name="firmware">The image with these alerts; null where none was linked.</param>
    public static void Print(StringBuilder text, IReadOnlyList<AlertReport> alerts, FirmwareImage? firmware)
    {
        text.Append("<h2>All alerts</h2>\n");
        if (firmware is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"<p>{(firmware.VerifiedUnder is { } how ? $"Said with these checksums by this machine and under <small>{E(how)}</small>." : "Said with these checksums by this machine; no emulator ran the image.")}</p>\n");
        }

        Dictionary<int, SpokenAlert> said = firmware?.Alerts.ToDictionary(a => a.Id) ?? [];
        IEnumerable<(int Id, string Name, double Seconds)> rows = alerts.Count > 0 ? alerts.Select(a => (a.Id, a.Name, a.Seconds)) : said.Values.OrderBy(a => a.Id).Select(a => (a.Id, a.Name, a.Frames * 0.08));
        Dictionary<int, AlertReport> heard = alerts.ToDictionary(a => a.Id);
        text.Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\"><table>\n<tr><th>id</th><th>alert</th><th>seconds</th><th>STOI</th><th>against</th>{(firmware is null ? "" : "<th>CRC-32 of the samples</th><th>CRC-32 of the pulses</th>")}</tr>\n");
        foreach ((int id, string name, double seconds) in rows)
        {
            AlertReport? alert = heard.GetValueOrDefault(id);
            text.Append(CultureInfo.InvariantCulture, $"<tr><td>{id}</td><td>{E(name)}</td><td>{seconds:F2}</td><td>{(alert?.Stoi is { } stoi ? stoi.ToString("F3", CultureInfo.InvariantCulture) : "")}</td><td>{E(alert?.Reference ?? "")}</td>");
            text.Append(firmware is null ? "" : said.TryGetValue(id, out SpokenAlert? spoken) ? $"<td>{spoken.PcmCrc32}</td><td>{spoken.PulsesCrc32}</td>" : "<td></td><td></td>").Append("</tr>\n");
        }

        double[] measured = [.. alerts.Select(a => a.Stoi).OfType<double>()];
        if (measured.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"<tr><th></th><th>mean of {measured.Length}</th><th>{alerts.Sum(a => a.Seconds):F2} in all</th><th>{measured.Average():F3}</th><th>{measured.Min():F3} to {measured.Max():F3}</th>{(firmware is null ? "" : "<th></th><th></th>")}</tr>\n");
        }

        text.Append("</table></div>\n");
    }

    private static string E(string text) => WebUtility.HtmlEncode(text);
}
