using System.Text;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>Text in Markdown (CommonMark with tables).</summary>
internal static class Markdown
{
    private const string Special = "\\`*_{}[]<>#|~&";

    /// <summary>Text with everything escaped that Markdown would read as its own, on one line: names come from files.</summary>
    public static string Text(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (Special.Contains(c, StringComparison.Ordinal))
            {
                escaped.Append('\\');
            }

            escaped.Append(char.IsControl(c) ? ' ' : c);
        }

        return escaped.ToString();
    }

    /// <summary>A table.</summary>
    /// <param name="text">Receives it.</param>
    /// <param name="head">Names of the columns; a column whose name begins with <c>#</c> is aligned to the right, without that sign.</param>
    /// <param name="rows">Cells, already in Markdown.</param>
    public static void Table(StringBuilder text, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        text.Append("| ").AppendJoin(" | ", head.Select(h => h.TrimStart('#'))).Append(" |\n|").AppendJoin("|", head.Select(h => h.StartsWith('#') ? "---:" : "---")).Append("|\n");
        foreach (IReadOnlyList<string> row in rows)
        {
            text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
        }

        text.Append('\n');
    }
}
