using System.Globalization;
using System.Text.Json;

namespace Qwen3Tokenizer.Edge.Compiler.Alerts;

/// <summary>
/// An alert file (<c>alerts.json</c>): <c>{"format": "q3e-alerts", "version": 1, "profile": ..., "alerts": [...]}</c>. A row has id, name, event (a code, or its name in the profile), profile
/// (where it differs from the file's), language, priority, repeats (1), gap_ms (0), outputs (["tone", "speech"]), text, licence, and one of: recording, tokens (paths inside the file's folder)
/// or voice (of espeak-ng, with speed, pitch, and say where the voice needs another spelling than the text). With <c>"from"</c> it takes rows of another board too.
/// </summary>
public sealed class AlertFile
{
    /// <summary>Name of the alert file in a board's folder.</summary>
    public const string Name = "alerts.json";

    private const string Format = "q3e-alerts";
    private const int Version = 1;
    private const int MaxFileBytes = 4 << 20;
    private const int MaxTextLength = 500;
    private const int FrameMs = 80;

    private AlertFile(string path, IReadOnlyList<AlertRow> rows) => (Path, Rows) = (path, rows);

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>The folder that it lies in.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>At least one, by ascending id.</summary>
    public IReadOnlyList<AlertRow> Rows { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="BuildException">The file is not an alert file; the message names file, row and field.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static AlertFile Load(string path) => Load(path, mayBorrow: true);

    internal static AlertFile Load(string path, bool mayBorrow)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new BuildException($"{path}: there is no such alert file.");
        if (file.Length > MaxFileBytes)
            throw new BuildException($"{path}: has {file.Length} bytes; an alert file has at most {MaxFileBytes}.");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8 });
            return Read(file.FullName, document.RootElement, mayBorrow);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new BuildException($"{path}: is not JSON: {e.Message}", e);
        }
    }

    private static AlertFile Read(string path, JsonElement root, bool mayBorrow)
    {
        var fields = new AlertFields(path, "", root);
        if (fields.Text("format", 40) != Format)
            throw fields.Error($"format: is not \"{Format}\"");
        fields.Int("version", Version, Version);
        string profile = fields.Plain("profile", 40, "-_.");
        var rows = new List<AlertRow>();
        if (fields.Has("from"))
        {
            JsonElement from = fields.Required("from");
            rows.AddRange(mayBorrow ? BorrowedAlerts.Read(new AlertFields(path, "from", from)) : throw fields.Error("from: is in a file whose rows another file takes"));
        }

        int borrowed = rows.Count;
        JsonElement? alerts = fields.Array("alerts");
        fields.RequireNoOthers();
        if (alerts is null && borrowed == 0)
            throw fields.Error("alerts: is missing");
        foreach (JsonElement element in alerts?.EnumerateArray().ToArray() ?? [])
        {
            var row = new AlertFields(path, string.Create(CultureInfo.InvariantCulture, $"row {rows.Count - borrowed}"), element);
            AlertRow read = ReadRow(row, profile, System.IO.Path.GetDirectoryName(path)!);
            int twin = rows.FindIndex(r => r.Id == read.Id);
            if (twin >= 0)
                throw row.Error($"id: {read.Id} is that of {(twin < borrowed ? "an alert that the file takes" : $"row {twin - borrowed}")} too");
            twin = rows.FindIndex(r => r.Name == read.Name);
            if (twin >= 0)
                throw row.Error($"name: \"{read.Name}\" is that of {(twin < borrowed ? "an alert that the file takes" : $"row {twin - borrowed}")} too");
            rows.Add(read);
        }

        return rows.Count > 0 ? new AlertFile(path, [.. rows.OrderBy(r => r.Id)]) : throw fields.Error("alerts: has no row");
    }

    private static AlertRow ReadRow(AlertFields row, string defaultProfile, string folder)
    {
        int id = row.Int("id", 1, ushort.MaxValue);
        row.Row += $" (alert {id})";
        string profile = row.Plain("profile", 40, "-_.", defaultProfile);
        (bool tone, bool speech) = Outputs(row);
        var read = new AlertRow(
            id,
            row.Plain("name", 60, "-"),
            profile,
            EventCode(row, profile),
            Language(row),
            row.Int("priority", 0, byte.MaxValue),
            row.Int("repeats", 1, byte.MaxValue, 1),
            (row.Int("gap_ms", 0, FrameMs * byte.MaxValue, 0) + FrameMs - 1) / FrameMs,
            tone,
            speech,
            row.Text("text", MaxTextLength),
            row.Text("licence", 100),
            Source(row, row.Text("text", MaxTextLength), folder));
        row.RequireNoOthers();
        return read;
    }

    private static int EventCode(AlertFields row, string profile)
    {
        JsonElement element = row.Required("event");
        if (element.ValueKind != JsonValueKind.String)
            return row.Int("event", 0, ushort.MaxValue);
        string name = row.Text("event", 100);
        EventProfile known = EventProfiles.Find(profile)
            ?? throw row.Error($"event: \"{AlertFields.Plain(name)}\" is a name, but the profile \"{profile}\" is not one whose names are known ({string.Join(", ", EventProfiles.All.Select(p => p.Name))}); give the code");
        return known.CodeOf(name) ?? throw row.Error($"event: \"{AlertFields.Plain(name)}\" is not a known event of the profile \"{profile}\"; give the code");
    }

    private static string Language(AlertFields row)
    {
        string language = row.Text("language", 2);
        return language.Length == 2 && language.All(char.IsAsciiLetterLower) ? language : throw row.Error($"language: \"{AlertFields.Plain(language)}\" is not an ISO 639-1 code of two letters");
    }

    internal static (bool Tone, bool Speech) Outputs(AlertFields row)
    {
        if (row.Array("outputs") is not { } array)
            return (true, true);
        bool tone = false, speech = false;
        foreach (JsonElement element in array.EnumerateArray())
        {
            string? output = element.ValueKind == JsonValueKind.String ? row.String("outputs", element) : null;
            if (output is not ("tone" or "speech"))
                throw row.Error($"outputs: {AlertFields.Shown(element)} is neither \"tone\" nor \"speech\"");
            tone |= output == "tone";
            speech |= output == "speech";
        }

        return tone || speech ? (tone, speech) : throw row.Error("outputs: is empty");
    }

    private static AlertSource Source(AlertFields row, string text, string folder)
    {
        string[] given = [.. ((string[])["recording", "tokens", "voice"]).Where(row.Has)];
        if (given.Length != 1)
            throw row.Error(given.Length == 0 ? "has none of recording, tokens and voice: the alert is empty" : $"has {string.Join(" and ", given)}; only one can be played");
        return given[0] switch
        {
            "recording" => new AlertSource.Recording(Inside(row, "recording", folder)),
            "tokens" => new AlertSource.Tokens(Inside(row, "tokens", folder)),
            _ => new AlertSource.Spoken(row.Text("say", MaxTextLength, text), row.Plain("voice", 40, "-_+"), row.Int("speed", 80, 450, 150), row.Int("pitch", 0, 99, 50)),
        };
    }

    // An alert file may come from elsewhere: it names files of its own folder only.
    private static string Inside(AlertFields row, string field, string folder)
    {
        string relative = row.Text(field, 200);
        if (relative.Any(char.IsControl) || System.IO.Path.IsPathRooted(relative) || relative.Split('/', '\\').Contains(".."))
            throw row.Error($"{field}: \"{AlertFields.Plain(relative)}\" is not a path inside the folder of the alert file");
        string path = System.IO.Path.Combine(folder, relative);
        return File.Exists(path) ? path : throw row.Error($"{field}: \"{AlertFields.Plain(relative)}\" is not there");
    }
}
