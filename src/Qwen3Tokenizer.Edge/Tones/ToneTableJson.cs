using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Qwen3Tokenizer.Edge.Tones;

/// <summary>Tone tables as JSON: <c>{"format": "q3e-tones", "version": 1, "token_space": HEX, "tones": [{"token", "frequency_hz", "duty_permille", "on_ms", "pause_ms", "pinned"}]}</c>.</summary>
public static class ToneTableJson
{
    private const string Format = "q3e-tones";
    private const int Version = 1;

    /// <summary>The text of a table: one line a token; lines end with LF.</summary>
    public static string Print(ToneTable table)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{{\n  \"format\": \"{Format}\",\n  \"version\": {Version},\n  \"token_space\": \"{table.Space}\",\n  \"tones\": [\n");
        for (int token = 0; token < table.Entries; token++)
        {
            Tone t = table[token];
            string pinned = t.Pinned ? ", \"pinned\": true" : "", end = token == table.Entries - 1 ? "" : ",";
            text.Append(CultureInfo.InvariantCulture, $"    {{\"token\": {token}, \"frequency_hz\": {t.FrequencyHz}, \"duty_permille\": {t.DutyPermille}, \"on_ms\": {t.OnMs}, \"pause_ms\": {t.PauseMs}{pinned}}}{end}\n");
        }

        return text.Append("  ]\n}\n").ToString();
    }

    /// <summary>Reads a table.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="ToneFormatException">The text is not a tone table; the message names the row and the field.</exception>
    public static ToneTable Read(ReadOnlyMemory<byte> utf8, string name = "tone table")
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8 });
            return Read(document.RootElement, name);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ToneFormatException($"{name}: is not JSON: {e.Message}", e);
        }
    }

    private static ToneTable Read(JsonElement root, string name)
    {
        if (root.ValueKind != JsonValueKind.Object || Text(root, "format") != Format)
            throw new ToneFormatException($"{name}: format: is not \"{Format}\".");
        if (Int(root, "version", name, "table") is var version && version != Version)
            throw new ToneFormatException($"{name}: version: {version} is not known; {Version} is.");
        if (!TokenSpace.TryParse(Text(root, "token_space"), out TokenSpace space))
            throw new ToneFormatException($"{name}: token_space: is not 64 hexadecimal digits.");
        if (!root.TryGetProperty("tones", out JsonElement tones) || tones.ValueKind != JsonValueKind.Array)
            throw new ToneFormatException($"{name}: tones: is not an array.");

        var rows = new ToneRows(name);
        int number = 0;
        foreach (JsonElement tone in tones.EnumerateArray())
        {
            string row = $"row {number++}";
            if (tone.ValueKind != JsonValueKind.Object)
                throw new ToneFormatException($"{name}: {row}: is not an object.");
            rows.Add(
                row, Int(tone, "token", name, row), Int(tone, "frequency_hz", name, row), Int(tone, "duty_permille", name, row),
                Int(tone, "on_ms", name, row), Int(tone, "pause_ms", name, row), Flag(tone, "pinned", name, row));
        }

        return rows.ToTable(space);
    }

    private static string? Text(JsonElement parent, string field) =>
        parent.TryGetProperty(field, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int Int(JsonElement parent, string field, string name, string row)
    {
        if (!parent.TryGetProperty(field, out JsonElement value))
            throw new ToneFormatException($"{name}: {row}: {field}: is missing.");
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)
            ? number
            : throw new ToneFormatException($"{name}: {row}: {field}: {Shown(value)} is not a whole number.");
    }

    private static bool Flag(JsonElement parent, string field, string name, string row) =>
        parent.TryGetProperty(field, out JsonElement value) && value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new ToneFormatException($"{name}: {row}: {field}: {Shown(value)} is not true or false."),
        };

    private static string Shown(JsonElement value) => value.GetRawText() is { Length: > 40 } text ? string.Concat(text.AsSpan(0, 37), "...") : value.GetRawText();
}
