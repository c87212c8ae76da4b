using System.Globalization;
using System.Text;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>A figure of a run over its steps as inline SVG: a curve for each stage.</summary>
internal static class CurveChart
{
    /// <summary>Colours that a page has for stages (classes <c>s0</c> and so on).</summary>
    public const int Colours = 4;

    private const double Width = 560, Height = 250, Left = 58, Right = 14, Top = 12, Bottom = 38;

    /// <summary>Draws.</summary>
    /// <param name="title">What the figure is.</param>
    /// <param name="unit">Its unit; empty for a mere number.</param>
    /// <param name="stages">Stage by stage steps and values; a value that is not finite is left out.</param>
    public static string Draw(string title, string unit, IReadOnlyList<IReadOnlyList<(double Step, double Value)>> stages)
    {
        (double Step, double Value)[] all = [.. stages.SelectMany(s => s).Where(p => double.IsFinite(p.Value))];
        ChartAxis x = ChartAxis.Of(all.Select(p => p.Step).Append(0), false), y = ChartAxis.Of(all.Select(p => p.Value), true);
        string last = all.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" <small>now {ChartAxis.Label(all[^1].Value)}{(unit.Length > 0 ? " " + Html.Text(unit) : "")}</small>");
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<figure class=\"panel curve\"><figcaption>{Html.Text(title)}{last}</figcaption>\n<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Html.Text(title)} over training steps\">\n");
        foreach (double tick in y.Ticks)
        {
            double at = Y(y, tick);
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{at:0.#}\" y2=\"{at:0.#}\"/><text x=\"{Left - 6}\" y=\"{at + 4:0.#}\" text-anchor=\"end\">{ChartAxis.Label(tick)}</text>\n");
        }

        foreach (double tick in x.Ticks)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(x, tick):0.#}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{ChartAxis.Label(tick)}</text>\n");
        }

        string scale = y.IsLogarithmic ? ", logarithmic" : "";
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - Right}\" y=\"{Height - 5}\" text-anchor=\"end\">step</text><text x=\"{Left}\" y=\"{Height - 5}\">{Html.Text(unit.Length > 0 ? unit : title.ToLowerInvariant())}{scale}</text>\n");
        for (int i = 0; i < stages.Count; i++)
        {
            if (stages[i].Count == 0)
            {
                continue;
            }

            svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"s{i % Colours}\" points=\"");
            svg.AppendJoin(' ', stages[i].Where(p => double.IsFinite(p.Value) && (!y.IsLogarithmic || p.Value > 0)).Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(x, p.Step):0.##},{Y(y, p.Value):0.##}")));
            svg.Append("\"/>\n");
        }

        return svg.Append("</svg></figure>\n").ToString();
    }

    private static double X(ChartAxis axis, double step) => Left + (axis.At(step) * (Width - Left - Right));

    private static double Y(ChartAxis axis, double value) => Height - Bottom - (axis.At(value) * (Height - Bottom - Top));
}
