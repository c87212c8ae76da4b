using System.Globalization;
using System.Text.Json;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Models.Configuration;

/// <summary>One JSON object of a configuration file, read field by field; every refusal names file, field and value.</summary>
internal sealed class ConfigSection(string file, string path, JsonElement element)
{
    /// <summary>A required whole number within a range.</summary>
    public int Int(string name, int min, int max)
    {
        JsonElement value = Required(name);
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int number))
            throw Error(name, value, "is not a whole number");
        if (number < min || number > max)
            throw Error(name, value, $"is not within {min} to {max}");
        return number;
    }

    /// <summary>A whole number within a range; <paramref name="fallback"/> where the field is missing or null.</summary>
    public int Int(string name, int min, int max, int fallback) => IsGiven(name) ? Int(name, min, max) : fallback;

    /// <summary>A number within a range; <paramref name="fallback"/> where the field is missing or null.</summary>
    public double Number(string name, double min, double max, double fallback) => IsGiven(name) ? Number(name, min, max) : fallback;

    /// <summary>One to sixteen whole numbers within a range; <paramref name="fallback"/> where the field is missing or null.</summary>
    public int[] Ints(string name, int min, int max, int[] fallback)
    {
        if (!IsGiven(name))
            return fallback;
        JsonElement value = Required(name);
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is < 1 or > 16)
            throw Error(name, value, "is not a list of 1 to 16 whole numbers");
        return [.. value.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out int number) && number >= min && number <= max
            ? number
            : throw Error(name, value, $"is not a list of whole numbers within {min} to {max}"))];
    }

    /// <summary>A text or truth value, which may be missing or null, that can only be one value, because the code implements only that.</summary>
    public void OnlyIfGiven(string name, string supported)
    {
        if (IsGiven(name))
            Only(name, supported);
    }

    /// <inheritdoc cref="OnlyIfGiven(string, string)"/>
    public void OnlyIfGiven(string name, bool supported)
    {
        if (IsGiven(name))
            Only(name, supported);
    }

    /// <summary>A required number within a range.</summary>
    public double Number(string name, double min, double max)
    {
        JsonElement value = Required(name);
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number))
            throw Error(name, value, "is not a number");
        // Written so that a NaN would fail too.
        if (!(number >= min && number <= max))
            throw Error(name, value, string.Create(CultureInfo.InvariantCulture, $"is not within {min} to {max}"));
        return number;
    }

    /// <summary>A required text of 1 to 200 characters.</summary>
    public string Text(string name)
    {
        JsonElement value = Required(name);
        if (value.ValueKind != JsonValueKind.String)
            throw Error(name, value, "is not a text");
        string text = value.GetString()!;
        if (text.Length is < 1 or > 200)
            throw Error(name, value, "is not 1 to 200 characters long");
        return text;
    }

    /// <summary>A required text that can only be one value, because the code implements only that.</summary>
    public string Only(string name, string supported)
    {
        string text = Text(name);
        return text == supported ? text : throw Error(name, Required(name), $"is not supported, only \"{supported}\" is");
    }

    /// <summary>A required truth value that can only be one value.</summary>
    public bool Only(string name, bool supported)
    {
        JsonElement value = Required(name);
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            throw Error(name, value, "is not true or false");
        return value.GetBoolean() == supported ? supported : throw Error(name, value, $"is not supported, only {(supported ? "true" : "false")} is");
    }

    /// <summary>A token space as 64 hexadecimal digits.</summary>
    public TokenSpace Space(string name) =>
        TokenSpace.TryParse(Text(name), out TokenSpace space)
            ? space
            : throw Error(name, Required(name), "is not 64 hexadecimal digits");

    /// <summary>An object inside this one; null if there is none.</summary>
    public ConfigSection? Section(string name)
    {
        if (!element.TryGetProperty(name, out JsonElement value))
            return null;
        return value.ValueKind == JsonValueKind.Object
            ? new ConfigSection(file, $"{path}{name}.", value)
            : throw Error(name, value, "is not an object");
    }

    /// <summary>Whether a field exists.</summary>
    public bool Has(string name) => element.TryGetProperty(name, out _);

    private bool IsGiven(string name) => element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A truth value; <paramref name="fallback"/> where the field is missing or null.</summary>
    public bool Bool(string name, bool fallback)
    {
        if (!IsGiven(name))
            return fallback;
        JsonElement value = Required(name);
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Error(name, value, "is not true or false");
    }

    /// <summary>An object without fields, for a section that is missing.</summary>
    public static ConfigSection Empty(string file) => new(file, "", JsonDocument.Parse("{}").RootElement);

    /// <summary>Values, some of which may be defaults, that contradict each other.</summary>
    public ModelFormatException Disagreement(string name, string what) => new($"{file}: {path}{name}: {what}.");

    /// <summary>A field that contradicts another one.</summary>
    public ModelFormatException Contradiction(string name, string what) => Error(name, Required(name), what);

    /// <summary>A section or field that must be there and is not.</summary>
    public ModelFormatException Missing(string name) => new($"{file}: {path}{name}: is missing.");

    private JsonElement Required(string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value : throw Missing(name);

    private ModelFormatException Error(string name, JsonElement value, string what)
    {
        string raw = value.GetRawText();
        return new ModelFormatException($"{file}: {path}{name}: {(raw.Length <= 80 ? raw : string.Concat(raw.AsSpan(0, 77), "..."))} {what}.");
    }
}
