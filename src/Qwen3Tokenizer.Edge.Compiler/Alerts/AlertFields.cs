using System.Text;
using System.Text.Json;

namespace Qwen3Tokenizer.Edge.Compiler.Alerts;

/// <summary>The fields of one JSON object of an alert file; every refusal names file, row, field and value. Fields that nobody asked for are refused at the end: they are misspelt.</summary>
internal sealed class AlertFields
{
    private readonly string _file;
    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>Takes an object.</summary>
    /// <param name="file">For messages.</param>
    /// <param name="row">For messages; "" for the file itself.</param>
    /// <param name="element">The object.</param>
    /// <exception cref="BuildException">It is no object, or has a field twice.</exception>
    public AlertFields(string file, string row, JsonElement element)
    {
        (_file, Row) = (file, row);
        if (element.ValueKind != JsonValueKind.Object)
            throw Error("is not an object");
        foreach (JsonProperty field in element.EnumerateObject())
        {
            if (!_fields.TryAdd(field.Name, field.Value))
                throw Error($"{Plain(field.Name)}: stands there twice");
        }
    }

    /// <summary>What messages call this row.</summary>
    public string Row { get; set; }

    /// <summary>Whether a field is there.</summary>
    public bool Has(string name) => _fields.ContainsKey(name);

    /// <summary>A whole number within a range; required unless there is a default.</summary>
    public int Int(string name, int min, int max, int? otherwise = null)
    {
        if (otherwise is { } value && !Has(name))
            return value;
        JsonElement element = Required(name);
        if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out int number))
            throw Error($"{name}: {Shown(element)} is not a whole number");
        return number >= min && number <= max ? number : throw Error($"{name}: {number} is not within {min} to {max}");
    }

    /// <summary>A text of 1 to <paramref name="max"/> characters that is not blank; required unless there is a default.</summary>
    public string Text(string name, int max, string? otherwise = null)
    {
        if (otherwise is not null && !Has(name))
            return otherwise;
        JsonElement element = Required(name);
        if (element.ValueKind != JsonValueKind.String)
            throw Error($"{name}: {Shown(element)} is not a text");
        string text = String(name, element);
        if (string.IsNullOrWhiteSpace(text))
            throw Error($"{name}: is empty");
        return text.Length <= max ? text : throw Error($"{name}: has {text.Length} characters; {max} are allowed");
    }

    /// <summary>A text of letters, digits and the characters in <paramref name="others"/>.</summary>
    public string Plain(string name, int max, string others, string? otherwise = null)
    {
        string text = Text(name, max, otherwise);
        return text.All(c => char.IsAsciiLetterOrDigit(c) || others.Contains(c, StringComparison.Ordinal))
            ? text
            : throw Error($"{name}: \"{Plain(text)}\" has other characters than letters, digits and {others}");
    }

    /// <summary>An array, or null when the field is not there.</summary>
    public JsonElement? Array(string name)
    {
        if (!Has(name))
            return null;
        JsonElement element = Required(name);
        return element.ValueKind == JsonValueKind.Array ? element : throw Error($"{name}: {Shown(element)} is not an array");
    }

    /// <summary>The value of a field whose kind the caller looks at.</summary>
    public JsonElement Required(string name)
    {
        _asked.Add(name);
        return _fields.TryGetValue(name, out JsonElement element) ? element : throw Error($"{name}: is missing");
    }

    /// <summary>The characters of a JSON string.</summary>
    public string String(string name, JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Error($"{name}: is not a valid text");
        }
    }

    /// <summary>Refuses fields that nobody asked for.</summary>
    public void RequireNoOthers()
    {
        if (_fields.Keys.FirstOrDefault(name => !_asked.Contains(name)) is { } stranger)
            throw Error($"{Plain(stranger)}: is not a field here");
    }

    /// <summary>An error about this row.</summary>
    public BuildException Error(string what) => new(Row.Length == 0 ? $"{_file}: {what}." : $"{_file}: {Row}: {what}.");

    /// <summary>A value for a message: short.</summary>
    public static string Shown(JsonElement element) => Plain(element.GetRawText());

    /// <summary>Text for a message: short, and nothing in it that a terminal would obey.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder();
        foreach (char c in text.Length <= 60 ? text : text[..57] + "...")
            plain.Append(char.IsControl(c) ? '?' : c);
        return plain.ToString();
    }
}
