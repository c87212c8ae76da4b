using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Boards;

namespace Qwen3Tokenizer.Edge.Tests.Alerts;

/// <summary>Alert files that take rows of another board.</summary>
public sealed class BorrowedAlertTests : IDisposable
{
    private readonly AlertFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void All_rows_of_a_board_are_taken_with_their_tokens()
    {
        var lender = AlertFile.Load(Path.Combine(Board.Load("meter-m4").Folder, AlertFile.Name));

        AlertFile file = Load("""{ "board": "meter-m4" }""");

        Assert.Equal(lender.Rows.Select(r => r with { Source = file.Rows[0].Source }), file.Rows.Select(r => r with { Source = file.Rows[0].Source }));
        Assert.All(file.Rows, r => Assert.True(File.Exists(Assert.IsType<AlertSource.Tokens>(r.Source).Path)));
        ushort[][] Tokens(AlertFile of) => [.. AlertSet.Gather(of, AlertFiles.Meter, speak: false).Alerts.Select(a => a.Tokens.Codes.ToArray())];
        Assert.Equal(Tokens(lender), Tokens(file));
    }

    [Fact]
    public void Some_rows_are_taken_with_other_outputs_beside_the_files_own()
    {
        AlertFile file = Load("""{ "board": "meter-m4", "ids": [8, 2], "outputs": ["tone"] }""", "{" + AlertFiles.Row + """, "tokens": "a.q3t" }""");

        Assert.Equal([(1, true, true), (2, true, false), (8, true, false)], file.Rows.Select(r => (r.Id, r.Tone, r.Speech)));
    }

    [Fact]
    public void A_board_that_beeps_keeps_the_first_layer_only()
    {
        var set = AlertSet.Gather(Load("""{ "board": "meter-m4", "ids": [1, 2, 3] }"""), AlertFiles.Meter, speak: false, layers: 1);

        Assert.All(set.Alerts, a => Assert.Equal(1, a.Tokens.Layers));
        Assert.Equal((set.Alerts.Sum(a => a.Tokens.Frames) * 11 + 7) / 8, set.Codes.Length);
    }

    [Theory]
    [InlineData("""{ "board": "meter-m5" }""", "", "from: board: \"meter-m5\" is none of host, ")]
    [InlineData("""{ "board": "../meter-m4" }""", "", "from: board: \"../meter-m4\" has other characters")]
    [InlineData("""{ "board": "rpi4" }""", "", "from: board: \"rpi4\" has no alerts")]
    [InlineData("""{ "board": "meter-tone" }""", "", "from: is in a file whose rows another file takes")]
    [InlineData("""{ "board": "meter-m4", "ids": [8, 4711] }""", "", "from: ids: 4711 is not an alert of \"meter-m4\"")]
    [InlineData("""{ "board": "meter-m4", "ids": ["a"] }""", "", "from: ids: \"a\" is not a whole number")]
    [InlineData("""{ "board": "meter-m4", "outputs": ["smoke"] }""", "", "from: outputs: \"smoke\"")]
    [InlineData("""{ "board": "meter-m4", "rows": [8] }""", "", "from: rows: is not a field here")]
    [InlineData("""[]""", "", "from: is not an object")]
    [InlineData("""{ "board": "meter-m4" }""", AlertFiles.Row, "row 0 (alert 1): has none of recording, tokens and voice")]
    [InlineData("""{ "board": "meter-m4" }""", AlertFiles.Row + ", \"tokens\": \"a.q3t\"", "row 0 (alert 1): id: 1 is that of an alert that the file takes too")]
    public void What_cannot_be_taken_is_refused(string from, string row, string what) =>
        Assert.Contains(what, Assert.Throws<BuildException>(() => Load(from, row.Length > 0 ? $"{{{row}}}" : "")).Message, StringComparison.Ordinal);

    private AlertFile Load(string from, string rows = "") => _files.LoadText($$"""{"format": "q3e-alerts", "version": 1, "profile": "idis", "from": {{from}}, "alerts": [{{rows}}]}""");
}
