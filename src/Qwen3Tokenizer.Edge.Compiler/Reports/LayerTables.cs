using System.Globalization;
using System.Net;
using System.Text;

namespace Qwen3Tokenizer.Edge.Compiler.Reports;

/// <summary>The part of the page about layers: what each costs, drawn and as a table whose last row is the sum.</summary>
internal static class LayerTables
{
    /// <summary>Prints charts and table of a decoder or an encoder.</summary>
    /// <param name="text">Receives them.</param>
    /// <param name="what">Decoder or encoder.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="frame">What a frame costs; null where nothing is known.</param>
    /// <param name="stateBytes">Its state, the header included.</param>
    public static void Print(StringBuilder text, string what, IReadOnlyList<LayerReport> layers, FrameCost? frame, long stateBytes)
    {
        text.Append(CultureInfo.InvariantCulture, $"<h2>{what}</h2>\n");
        if (frame is not null)
        {
            Sentence(text, frame);
            BarChart.Draw(text, "Cycles of the mean frame, by layer", [.. layers.Select(l => (l.Name, l.Cycles ?? 0)), ("interface", frame.InterfaceCycles)]);
        }

        BarChart.Draw(text, "Flash of the constants, bytes, by layer", [.. layers.Select(l => (l.Name, l.FlashBytes))]);
        Live(text, layers, stateBytes);
        Table(text, layers, frame, stateBytes);
    }

    private static void Sentence(StringBuilder text, FrameCost frame)
    {
        string basis = frame.Basis == "counted"
            ? string.Create(CultureInfo.InvariantCulture, $"Counted over {frame.Frames:N0} frames ({frame.Speech}) under <small>{E(frame.How)}</small>; the costliest frame took {frame.WorstInstructions:N0} instructions.")
            : $"Modelled, not counted: {E(frame.How)}.";
        text.Append(CultureInfo.InvariantCulture, $"<p>A frame of 80 ms takes {frame.Instructions:N0} instructions, {frame.Cycles:N0} cycles. {basis} Cycles are modelled: {E(frame.CycleModel)}.");
        if (frame is { ClockHz: { } clock, Milliseconds: { } time, RealTimeFactor: { } factor })
        {
            text.Append(CultureInfo.InvariantCulture, $" At {clock / 1e6:0.###} MHz that is {time:F2} ms, {factor:F3} of real time{(frame.WorstMilliseconds is { } worst ? $", {worst.ToString("F2", CultureInfo.InvariantCulture)} ms at the costliest" : "")}.");
        }

        text.Append("</p>\n");
    }

    private static void Live(StringBuilder text, IReadOnlyList<LayerReport> layers, long stateBytes)
    {
        string caption = string.Create(CultureInfo.InvariantCulture, $"RAM of the arena in use, bytes, while each layer runs ({stateBytes:N0} of them are state)");
        long largest = Math.Max(1, layers.Max(l => l.LiveBytes));
        text.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{caption}</figcaption>\n<svg class=\"bars\" viewBox=\"0 0 {20 * layers.Count} 120\" role=\"img\" aria-label=\"{caption}\">\n");
        for (int i = 0; i < layers.Count; i++)
        {
            double Height(long bytes) => Math.Round(115.0 * bytes / largest, 1);
            text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{20 * i}\" y=\"{120 - Height(layers[i].LiveBytes)}\" width=\"18\" height=\"{Height(layers[i].LiveBytes)}\"><title>{E(layers[i].Name)}: {layers[i].LiveBytes:N0}</title></rect><rect class=\"state\" x=\"{20 * i}\" y=\"{120 - Height(stateBytes)}\" width=\"18\" height=\"{Height(stateBytes)}\"/>\n");
        }

        text.Append("</svg></figure>\n");
    }

    private static void Table(StringBuilder text, IReadOnlyList<LayerReport> layers, FrameCost? frame, long stateBytes)
    {
        text.Append("<div class=\"scroll\"><table>\n<tr><th>node</th><th>operation</th>");
        if (frame is not null)
        {
            text.Append("<th>instructions</th><th>cycles</th><th>of all, %</th>");
        }

        text.Append("<th>MACs</th><th>flash, bytes</th><th>state, bytes</th><th>RAM in use, bytes</th><th>output bits</th><th>8-bit SQNR, dB</th><th>SQNR against float, dB</th></tr>\n");
        foreach (LayerReport l in layers)
        {
            text.Append(CultureInfo.InvariantCulture, $"<tr><td>{E(l.Name)}</td><td>{E(l.Operation)}</td>{Cost(frame, l.Instructions ?? 0, l.Cycles ?? 0, "td")}");
            text.Append(CultureInfo.InvariantCulture, $"<td>{l.Macs:N0}</td><td>{l.FlashBytes:N0}</td><td>{l.StateBytes:N0}</td><td>{l.LiveBytes:N0}</td><td>{l.OutputBits}</td><td>{Optional(l.Int8SqnrDb)}</td><td>{Optional(l.SqnrDb)}</td></tr>\n");
        }

        long header = stateBytes - layers.Sum(l => l.StateBytes);
        text.Append(CultureInfo.InvariantCulture, $"<tr><td>interface</td><td></td>{Cost(frame, frame?.InterfaceInstructions ?? 0, frame?.InterfaceCycles ?? 0, "td")}<td>0</td><td>0</td><td>{header:N0}</td><td></td><td></td><td></td><td></td></tr>\n");
        text.Append(CultureInfo.InvariantCulture, $"<tr><th>total</th><th></th>{Cost(frame, frame?.Instructions ?? 0, frame?.Cycles ?? 0, "th")}");
        text.Append(CultureInfo.InvariantCulture, $"<th>{layers.Sum(l => l.Macs):N0}</th><th>{layers.Sum(l => l.FlashBytes):N0}</th><th>{stateBytes:N0}</th><th>{layers.Max(l => l.LiveBytes):N0} at most</th><th></th><th></th><th></th></tr>\n</table></div>\n");
    }

    private static string Cost(FrameCost? frame, long instructions, long cycles, string cell) => frame is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"<{cell}>{instructions:N0}</{cell}><{cell}>{cycles:N0}</{cell}><{cell}>{100.0 * cycles / Math.Max(1, frame.Cycles):F1}</{cell}>");

    private static string Optional(double? value) => value is { } v ? v.ToString("F1", CultureInfo.InvariantCulture) : "";

    private static string E(string text) => WebUtility.HtmlEncode(text);
}
