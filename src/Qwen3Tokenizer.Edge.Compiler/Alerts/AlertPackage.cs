using System.Globalization;
using System.Text;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Tones;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Compiler.Alerts;

/// <summary>Writes the player's folder of an emitted library: sources of the player, alert table, tone table, the same tables for .NET, and a list of what is in it under which licence.</summary>
public static class AlertPackage
{
    /// <summary>Name of the folder inside a build's output.</summary>
    public const string Folder = "player";

    private const string CMake = """
        # The alert player: target q3e_player. Firmware that speaks links the decoder library too, firmware that only drives a buzzer does not.
        add_library(q3e_player STATIC q3e_player.c q3e_player_lookup.c q3e_buzzer.c q3e_timer.c q3e_alerts.c q3e_tones.c)
        target_include_directories(q3e_player PUBLIC ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/../include)
        set_target_properties(q3e_player PROPERTIES C_STANDARD 99 C_EXTENSIONS OFF)

        """;

    /// <summary>Writes the files.</summary>
    /// <param name="output">A build's output folder.</param>
    /// <param name="set">The alerts.</param>
    /// <param name="tones">The tones, in the board's range.</param>
    /// <exception cref="BuildException">The tones are of another token space, or the player's sources are missing.</exception>
    public static void Write(string output, AlertSet set, ToneTable tones)
    {
        if (tones.Space != set.Model.Config.Space || tones.Entries != set.Model.Config.CodebookSize)
            throw new BuildException($"The tone table has {tones.Entries} tones of token space {tones.Space}; model '{set.Model.Name}' has {set.Model.Config.CodebookSize} tokens of {set.Model.Config.Space}; q3edge tonemap learn --model makes a table for it, --tones names the table.");
        string folder = Path.Combine(output, Folder);
        EmittedFolder.CopyFromTool(Folder, folder);
        EmittedFolder.Text(folder, "q3e_alerts.h", AlertTableSource.Header(set));
        EmittedFolder.Text(folder, "q3e_alerts.c", AlertTableSource.Source(set));
        EmittedFolder.Text(folder, "q3e_tones.h", ToneTableSource.Header);
        EmittedFolder.Text(folder, "q3e_tones.c", ToneTableSource.C(tones));
        EmittedFolder.Text(folder, "CMakeLists.txt", CMake.ReplaceLineEndings("\n"));
        EmittedFolder.Text(folder, "dotnet/BoardAlerts.cs", AlertTableSource.CSharp(set));
        EmittedFolder.Text(folder, "dotnet/Tones.cs", ToneTableSource.CSharp(tones));
        EmittedFolder.Text(folder, "alerts.txt", List(set));
    }

    /// <summary>Bytes of flash that the tables take: rows, codes and tones.</summary>
    public static int TableBytes(AlertSet set, ToneTable tones) => (RowBytes * set.Alerts.Count) + set.Codes.Length + (ToneBytes * tones.Entries);

    // sizeof(q3e_alert) and sizeof(q3e_tone): a test holds them against the compiler's.
    private const int RowBytes = 20;
    private const int ToneBytes = 6;

    private static string List(AlertSet set)
    {
        var text = new StringBuilder("id\tname\tprofile\tevent\tlanguage\tpriority\tseconds\tbytes\tlicence\ttext\n");
        foreach (Alert a in set.Alerts)
        {
            AlertRow r = a.Row;
            long bytes = CodePacking.PackedBytes(a.Tokens.Codes.Length, set.Model.Config.BitsPerCode);
            text.Append(CultureInfo.InvariantCulture, $"{r.Id}\t{r.Name}\t{r.Profile}\t{r.EventCode}\t{r.Language}\t{r.Priority}\t{a.Tokens.Frames * 0.08:0.00}\t{bytes}\t{Line(r.Licence)}\t{Line(r.Text)}\n");
        }

        return text.ToString();
    }

    private static string Line(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
