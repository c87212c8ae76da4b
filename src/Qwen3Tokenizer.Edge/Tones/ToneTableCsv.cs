using System.Globalization;
using System.Text;

namespace Qwen3Tokenizer.Edge.Tones;

/// <summary>
/// Tone tables as comma-separated text, for spreadsheets and for editing by hand: a line <c># token_space HEX</c>, the header, a line for every token. Further lines that begin with
/// <c>#</c> are comments.
/// </summary>
public static class ToneTableCsv
{
    private const string SpaceMark = "# token_space ";
    private const string Header = "token,frequency_hz,duty_permille,on_ms,pause_ms,pinned";
    private static readonly string[] Columns = Header.Split(',');

    /// <summary>The text of a table; lines end with LF.</summary>
    public static string Print(ToneTable table)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{SpaceMark}{table.Space}\n{Header}\n");
        for (int token = 0; token < table.Entries; token++)
        {
            Tone t = table[token];
            text.Append(CultureInfo.InvariantCulture, $"{token},{t.FrequencyHz},{t.DutyPermille},{t.OnMs},{t.PauseMs},{(t.Pinned ? 1 : 0)}\n");
        }

        return text.ToString();
    }

    /// <summary>Reads a table; CR LF, empty lines and a byte order mark are taken.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="ToneFormatException">The text is not a tone table; the message names the line and the field.</exception>
    public static ToneTable Read(ReadOnlySpan<byte> utf8, string name = "tone table")
    {
        TokenSpace? space = null;
        bool headed = false;
        var rows = new ToneRows(name);
        int number = 0;
        foreach (ReadOnlySpan<char> raw in Encoding.UTF8.GetString(utf8).AsSpan().TrimStart('\uFEFF').EnumerateLines())
        {
            number++;
            ReadOnlySpan<char> line = raw.Trim();
            if (line.StartsWith(SpaceMark))
                space = TokenSpace.TryParse(line[SpaceMark.Length..].Trim(), out TokenSpace found)
                    ? found
                    : throw new ToneFormatException($"{name}: line {number}: token_space: is not 64 hexadecimal digits.");
            else if (line.IsEmpty || line[0] == '#')
                continue;
            else if (headed)
                ReadRow(line, number, rows, name);
            else
                headed = line.SequenceEqual(Header) ? true : throw new ToneFormatException($"{name}: line {number}: is not the header \"{Header}\".");
        }

        if (space is not { } known)
            throw new ToneFormatException($"{name}: token_space: there is no line \"{SpaceMark}\" with 64 hexadecimal digits.");
        return rows.ToTable(known);
    }

    private static void ReadRow(ReadOnlySpan<char> line, int number, ToneRows rows, string name)
    {
        Span<int> values = stackalloc int[Columns.Length];
        int column = 0;
        foreach (Range range in line.Split(','))
        {
            if (column == Columns.Length)
                throw new ToneFormatException($"{name}: line {number}: has more than {Columns.Length} fields.");
            ReadOnlySpan<char> field = line[range].Trim();
            if (!int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out values[column]))
                throw new ToneFormatException($"{name}: line {number}: {Columns[column]}: \"{Shown(field)}\" is not a whole number.");
            column++;
        }

        if (column < Columns.Length)
            throw new ToneFormatException($"{name}: line {number}: {Columns[column]}: is missing.");
        if (values[5] > 1)
            throw new ToneFormatException($"{name}: line {number}: pinned: {values[5]} is neither 0 nor 1.");
        rows.Add($"line {number}", values[0], values[1], values[2], values[3], values[4], values[5] == 1);
    }

    /// <summary>A field for a message: short, and nothing in it that a terminal would obey.</summary>
    private static string Shown(ReadOnlySpan<char> field)
    {
        var text = new StringBuilder();
        foreach (char c in field[..Math.Min(field.Length, 40)])
            text.Append(c is >= ' ' and < '\x7F' ? c : '?');
        return field.Length > 40 ? text.Append("...").ToString() : text.ToString();
    }
}
