using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Qwen3Tokenizer.Edge.Compiler.Boards;

/// <summary>One object of a board.json, read field by field; every refusal names the file, the line, the field and the value.</summary>
internal sealed class BoardSection
{
    private const int MaxDepth = 4;

    private readonly string _file;
    private readonly string _path;
    private readonly int _line;
    private readonly Dictionary<string, Field> _fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    private BoardSection(string file, string path, int line)
    {
        _file = file;
        _path = path;
        _line = line;
    }

    /// <summary>Parses a whole file.</summary>
    /// <exception cref="BuildException">It is no JSON object, or a field stands in it twice.</exception>
    public static BoardSection Parse(string file, ReadOnlySpan<byte> json)
    {
        ReadOnlySpan<byte> text = json.StartsWith(Encoding.UTF8.Preamble) ? json[3..] : json;
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            BoardSection section = reader.TokenType == JsonTokenType.StartObject
                ? ReadObject(file, "", ref reader, text)
                : throw new BuildException($"{file}, line {LineOf(reader, text)}: is not a JSON object.");
            reader.Read();
            return section;
        }
        catch (JsonException e)
        {
            string what = e.Message.Split(" LineNumber")[0];
            throw new BuildException($"{file}, line {(e.LineNumber ?? 0) + 1}: is not valid JSON: {what}", e);
        }
    }

    /// <summary>Whether an optional field is there.</summary>
    public bool Has(string name)
    {
        _known.Add(name);
        return _fields.ContainsKey(name);
    }

    /// <summary>A required text of 1 to 300 characters.</summary>
    public string Text(string name) =>
        Required(name).Value is string { Length: >= 1 and <= 300 } text ? text : throw Wrong(name, "is not a text of 1 to 300 characters");

    /// <summary>A text, or null where there is none.</summary>
    public string? OptionalText(string name) => Has(name) ? Text(name) : null;

    /// <summary>A required whole number within a range.</summary>
    public long Whole(string name, long min, long max) =>
        Required(name).Value is not double number || number != Math.Floor(number) ? throw Wrong(name, "is not a whole number")
        : number < min || number > max ? throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"is not within {min} to {max}"))
        : (long)number;

    /// <summary>A required number within a range.</summary>
    public double Number(string name, double min, double max) =>
        Required(name).Value is not double number ? throw Wrong(name, "is not a number")
        : number < min || number > max ? throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"is not within {min} to {max}"))
        : number;

    /// <summary>A required text out of a list.</summary>
    public string Choice(string name, params IReadOnlyList<string> known) =>
        Text(name) is var text && known.Contains(text, StringComparer.Ordinal) ? text : throw Wrong(name, $"is none of {string.Join(", ", known)}");

    /// <summary>A required list of texts; each out of <paramref name="known"/> where that is given.</summary>
    public IReadOnlyList<string> Texts(string name, IReadOnlyList<string>? known = null)
    {
        if (Required(name).Value is not List<Field> items)
            throw Wrong(name, "is not a list of texts");
        List<string> texts = [];
        foreach (Field item in items)
        {
            if (item.Value is not string { Length: >= 1 and <= 300 } text)
                throw new BuildException($"{_file}, line {item.Line}: an entry of field '{_path}{name}' is {item.Print}, which is not a text of 1 to 300 characters.");
            if (known is not null && !known.Contains(text, StringComparer.Ordinal))
                throw new BuildException($"{_file}, line {item.Line}: an entry of field '{_path}{name}' is {item.Print}, which is none of {string.Join(", ", known)}.");
            texts.Add(text);
        }

        return texts;
    }

    /// <summary>A required list of exactly two whole numbers within a range, the first below the second.</summary>
    public (int Low, int High) Range(string name, int min, int max) =>
        Required(name).Value is List<Field> and [{ Value: double low }, { Value: double high }] && low == Math.Floor(low) && high == Math.Floor(high) && min <= low && low < high && high <= max
            ? ((int)low, (int)high)
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"is not a list of two whole numbers within {min} to {max}, the lower first"));

    /// <summary>An object inside this one; null where there is none.</summary>
    public BoardSection? Section(string name) =>
        !Has(name) ? null : Required(name).Value as BoardSection ?? throw Wrong(name, "is not an object");

    /// <summary>A required list of objects.</summary>
    public IReadOnlyList<BoardSection> Sections(string name) =>
        Required(name).Value is List<Field> items && items.All(i => i.Value is BoardSection) ? [.. items.Select(i => (BoardSection)i.Value!)] : throw Wrong(name, "is not a list of objects");

    /// <summary>Whether a required field is a text, where it may be something else.</summary>
    public bool IsText(string name) => Required(name).Value is string;

    /// <summary>Refuses the first field that nothing has asked for.</summary>
    public void RequireNothingElse()
    {
        foreach ((string name, Field field) in _fields.OrderBy(f => f.Value.Line))
        {
            if (!_known.Contains(name))
                throw new BuildException($"{_file}, line {field.Line}: field '{_path}{name}' is unknown; known here are {string.Join(", ", _known.Where(k => k[0] != '$').Order(StringComparer.Ordinal))}.");
        }
    }

    /// <summary>A field that cannot be, with its line.</summary>
    public BuildException Wrong(string name, string what) =>
        new($"{_file}, line {(_fields.TryGetValue(name, out Field? field) ? field.Line : _line)}: field '{_path}{name}' is {field?.Print ?? "missing"}, which {what}.");

    private Field Required(string name)
    {
        _known.Add(name);
        return _fields.TryGetValue(name, out Field? field) ? field : throw new BuildException($"{_file}, line {_line}: field '{_path}{name}' is missing.");
    }

    private static BoardSection ReadObject(string file, string path, ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        var section = new BoardSection(file, path, LineOf(reader, text));
        if (path.Length == 0)
        {
            // Tells editors which schema to apply.
            section._known.Add("$schema");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            int line = LineOf(reader, text);
            reader.Read();
            if (!section._fields.TryAdd(name, ReadField(file, $"{path}{name}.", line, ref reader, text)))
                throw new BuildException($"{file}, line {line}: field '{path}{name}' stands here for the second time.");
        }

        return section;
    }

    private static Field ReadField(string file, string path, int line, ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return new Field(line, reader.GetString()!);
            case JsonTokenType.Number:
                return new Field(line, reader.TryGetDouble(out double number) ? number : double.NaN);
            case JsonTokenType.StartObject:
                return new Field(line, ReadObject(file, path, ref reader, text));
            case JsonTokenType.StartArray:
                List<Field> items = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    items.Add(ReadField(file, path, LineOf(reader, text), ref reader, text));
                return new Field(line, items);
            default:
                return new Field(line, null);
        }
    }

    private static int LineOf(Utf8JsonReader reader, ReadOnlySpan<byte> text) => text[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1;

    /// <summary>A value: string, double, list of fields, section, or null for true, false and null.</summary>
    private sealed record Field(int Line, object? Value)
    {
        public string Print => Value switch
        {
            string text => $"'{text}'",
            double number => number.ToString(CultureInfo.InvariantCulture),
            List<Field> items => $"[{string.Join(", ", items.Select(i => i.Print))}]",
            BoardSection => "an object",
            _ => "true, false or null",
        };
    }
}
