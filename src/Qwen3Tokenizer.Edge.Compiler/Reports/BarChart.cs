using System.Globalization;
using System.Net;
using System.Text;

namespace Qwen3Tokenizer.Edge.Compiler.Reports;

/// <summary>Horizontal bars as inline SVG: a row for each part, with its name, its bar and its value.</summary>
internal static class BarChart
{
    private const int RowHeight = 18, NameWidth = 300, BarWidth = 420, ValueWidth = 180, Gap = 8;

    /// <summary>Draws.</summary>
    /// <param name="text">Receives the figure.</param>
    /// <param name="caption">What the bars show.</param>
    /// <param name="rows">Names and values, at least 0.</param>
    public static void Draw(StringBuilder text, string caption, IReadOnlyList<(string Name, long Value)> rows)
    {
        long largest = Math.Max(1, rows.Max(r => r.Value)), sum = Math.Max(1, rows.Sum(r => r.Value));
        int width = NameWidth + BarWidth + ValueWidth + (2 * Gap), height = rows.Count * RowHeight;
        text.Append(CultureInfo.InvariantCulture, $"<figure><figcaption>{E(caption)}</figcaption>\n<svg class=\"bars\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{E(caption)}\">\n");
        for (int i = 0; i < rows.Count; i++)
        {
            (string name, long value) = rows[i];
            int middle = (i * RowHeight) + (RowHeight / 2);
            double length = Math.Round((double)BarWidth * value / largest, 1);
            string figures = string.Create(CultureInfo.InvariantCulture, $"{value:N0} ({100.0 * value / sum:F1} %)");
            text.Append(CultureInfo.InvariantCulture, $"<g><text x=\"{NameWidth}\" y=\"{middle}\" text-anchor=\"end\">{E(name)}</text><rect x=\"{NameWidth + Gap}\" y=\"{middle - 6}\" width=\"{length}\" height=\"12\" rx=\"2\"/>");
            text.Append(CultureInfo.InvariantCulture, $"<text x=\"{NameWidth + (2 * Gap) + length}\" y=\"{middle}\">{figures}</text></g>\n");
        }

        text.Append("</svg></figure>\n");
    }

    private static string E(string text) => WebUtility.HtmlEncode(text);
}
