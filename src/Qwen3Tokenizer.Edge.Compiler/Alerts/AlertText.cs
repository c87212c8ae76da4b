using System.Globalization;
using System.Text;

namespace Qwen3Tokenizer.Edge.Compiler.Alerts;

/// <summary>Texts of alert files as they may stand in sources.</summary>
internal static class AlertText
{
    /// <summary>Text for a C or C# comment: nothing in it ends the comment, begins another, continues a line or is a trigraph.</summary>
    public static string Comment(string text)
    {
        var safe = new StringBuilder();
        foreach (char c in text)
            safe.Append(char.IsControl(c) || c is '*' or '/' or '\\' or '?' ? ' ' : c);
        return safe.ToString();
    }

    /// <summary>A name as an upper-case identifier part: <c>METER_COVER_REMOVED</c>.</summary>
    public static string Macro(string name) => Emission.CNames.Identifier(name).TrimStart('_').ToUpperInvariant();

    /// <summary>Bytes as lines of C or C#.</summary>
    public static string Bytes(ReadOnlySpan<byte> bytes, string indent)
    {
        var text = new StringBuilder();
        for (int i = 0; i < bytes.Length; i++)
        {
            text.Append(i % 20 == 0 ? indent : " ").Append(CultureInfo.InvariantCulture, $"0x{bytes[i]:x2},");
            if (i % 20 == 19 || i == bytes.Length - 1)
                text.Append('\n');
        }

        return text.ToString();
    }
}
