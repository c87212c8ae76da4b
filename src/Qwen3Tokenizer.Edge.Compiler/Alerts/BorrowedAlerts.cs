using System.Text.Json;
using Qwen3Tokenizer.Edge.Compiler.Boards;

namespace Qwen3Tokenizer.Edge.Compiler.Alerts;

/// <summary>
/// The rows that an alert file takes from a board that comes with the tool: <c>"from": {"board": "meter-m4", "ids": [8, 44], "outputs": ["tone"]}</c>; without ids all of them, without
/// outputs as they are there.
/// </summary>
internal static class BorrowedAlerts
{
    /// <summary>Reads the rows.</summary>
    /// <param name="fields">The object that says which.</param>
    /// <exception cref="BuildException">The board or an id is not there.</exception>
    public static IEnumerable<AlertRow> Read(AlertFields fields)
    {
        string board = fields.Plain("board", 60, "-_");
        if (!Board.Names.Contains(board, StringComparer.Ordinal))
            throw fields.Error($"board: \"{board}\" is none of {string.Join(", ", Board.Names)}");
        string path = Path.Combine(Board.Load(board).Folder, AlertFile.Name);
        if (!File.Exists(path))
            throw fields.Error($"board: \"{board}\" has no alerts");
        (bool Tone, bool Speech)? outputs = fields.Has("outputs") ? AlertFile.Outputs(fields) : null;
        int[]? ids = fields.Array("ids") is { } array ? [.. array.EnumerateArray().Select(e => Id(fields, e))] : null;
        fields.RequireNoOthers();

        var file = AlertFile.Load(path, mayBorrow: false);
        foreach (int id in ids ?? [])
        {
            if (!file.Rows.Any(r => r.Id == id))
                throw fields.Error($"ids: {id} is not an alert of \"{board}\"");
        }

        return file.Rows.Where(r => ids is null || ids.Contains(r.Id)).Select(r => Row(file, r, outputs));
    }

    // What was spoken there is a file of tokens here: it lies beside the other alert file.
    private static AlertRow Row(AlertFile file, AlertRow row, (bool Tone, bool Speech)? outputs) => row with
    {
        Tone = outputs?.Tone ?? row.Tone,
        Speech = outputs?.Speech ?? row.Speech,
        Source = row.Source is AlertSource.Spoken spoken ? new AlertSource.Tokens(Path.Combine(file.Folder, "alerts", SpokenText.FileName(row, spoken))) : row.Source,
    };

    private static int Id(AlertFields fields, JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int id) ? id : throw fields.Error($"ids: {AlertFields.Shown(element)} is not a whole number");
}
