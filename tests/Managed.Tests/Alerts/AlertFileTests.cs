using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Alerts;

namespace Qwen3Tokenizer.Edge.Tests.Alerts;

/// <summary>Alert files: what is read, and what is refused with its row.</summary>
public sealed class AlertFileTests : IDisposable
{
    private const string Source = """, "tokens": "a.q3t" """;
    private readonly AlertFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_row_is_read()
    {
        AlertFile file = _files.Load(
            AlertFiles.Row + Source,
            """ "id": 9, "name": "over-current", "profile": "gbcs", "event": "over current", "language": "zh", "priority": 255, "repeats": 3, "gap_ms": 81, "outputs": ["speech"], "text": "过流", "say": "guo4 liu2", "voice": "cmn-latn-pinyin", "speed": 120, "pitch": 60, "licence": "synthesised (espeak-ng)" """);
        Assert.Equal(new AlertRow(1, "cover", "idis", 40, "en", 5, 1, 0, true, true, "Cover open.", "CC0-1.0", new AlertSource.Tokens(_files.Path("a.q3t"))), file.Rows[0]);
        Assert.Equal(
            new AlertRow(9, "over-current", "gbcs", 0x8010, "zh", 255, 3, 2, false, true, "过流", "synthesised (espeak-ng)", new AlertSource.Spoken("guo4 liu2", "cmn-latn-pinyin", 120, 60)),
            file.Rows[1]);
    }

    [Fact]
    public void Rows_come_by_their_ids() =>
        Assert.Equal([1, 2], _files.Load(Changed("\"id\": 1", "\"id\": 2", "\"cover\"", "\"late\""), AlertFiles.Row + Source).Rows.Select(r => r.Id));

    /// <summary>The same event has other codes in other profiles, and the same code other events.</summary>
    [Theory]
    [InlineData("idis", "terminal cover removed", 40)]
    [InlineData("dsmr", "PV voltage sag L1", 80)]
    [InlineData("smr", "over voltage L1", 80)]
    [InlineData("is15959", "over voltage", 7)]
    [InlineData("is15959", "power down", 101)]
    [InlineData("idis", "power down", 1)]
    [InlineData("gbcs", "over current", 0x8010)]
    public void Named_events_are_those_of_their_profile(string profile, string name, int code) =>
        Assert.Equal(code, _files.Load(Changed("\"event\": 40", $"\"profile\": \"{profile}\", \"event\": \"{name}\"")).Rows[0].EventCode);

    [Fact]
    public void A_profile_that_is_not_known_takes_codes_but_no_names()
    {
        Assert.Equal("acme", _files.Load(Changed("\"event\": 40", "\"profile\": \"acme\", \"event\": 4711")).Rows[0].Profile);
        Refused("event: \"terminal cover removed\" is a name, but the profile \"acme\"", Changed("\"event\": 40", "\"profile\": \"acme\", \"event\": \"terminal cover removed\""));
    }

    [Theory]
    [InlineData("\"licence\": \"CC0-1.0\"", "\"repeats\": 1", "licence: is missing")]
    [InlineData("\"licence\": \"CC0-1.0\"", "\"licence\": \"  \"", "licence: is empty")]
    [InlineData("\"text\": \"Cover open.\"", "\"text\": \"\"", "text: is empty")]
    [InlineData("\"text\": \"Cover open.\",", "", "text: is missing")]
    [InlineData("\"event\": 40", "\"event\": 65536", "event: 65536 is not within 0 to 65535")]
    [InlineData("\"event\": 40", "\"event\": \"tea time\"", "event: \"tea time\" is not a known event")]
    [InlineData("\"priority\": 5", "\"priority\": 256", "priority: 256 is not within 0 to 255")]
    [InlineData("\"priority\": 5", "\"priority\": 1.5", "priority: 1.5 is not a whole number")]
    [InlineData("\"priority\": 5", "\"priority\": 5, \"repeats\": 0", "repeats: 0")]
    [InlineData("\"priority\": 5", "\"priority\": 5, \"outputs\": []", "outputs: is empty")]
    [InlineData("\"priority\": 5", "\"priority\": 5, \"outputs\": [\"smoke\"]", "outputs: \"smoke\"")]
    [InlineData("\"priority\": 5", "\"priority\": 5, \"prio\": 6", "prio: is not a field here")]
    [InlineData("\"priority\": 5", "\"priority\": 5, \"say\": \"x\"", "say: is not a field here")]
    [InlineData("\"language\": \"en\"", "\"language\": \"EN\"", "language: \"EN\"")]
    [InlineData("\"name\": \"cover\"", "\"name\": \"*/ x\"", "name: \"*/ x\"")]
    public void A_wrong_field_is_refused_with_its_row(string old, string changed, string what) => Refused(what, Changed(old, changed));

    [Theory]
    [InlineData("\"id\": 1", "\"id\": 0", "row 0: id: 0 is not within 1 to 65535")]
    [InlineData("\"id\": 1", "\"id\": \"one\"", "row 0: id: \"one\" is not a whole number")]
    [InlineData("\"priority\": 5", "\"priority\": 5, \"priority\": 6", "row 0: priority: stands there twice")]
    [InlineData("\"priority\": 5", "\"\\ud800\": 5", "is not JSON")]
    public void A_row_without_a_usable_id_is_refused_with_its_number(string old, string changed, string what) =>
        Assert.Contains(what, Assert.Throws<BuildException>(() => _files.Load(Changed(old, changed))).Message, StringComparison.Ordinal);

    [Fact]
    public void An_id_or_a_name_that_occurs_twice_is_refused_with_both_rows()
    {
        var id = Assert.Throws<BuildException>(() => _files.Load(AlertFiles.Row + Source, Changed("\"cover\"", "\"other\"")));
        Assert.EndsWith("alerts.json: row 1 (alert 1): id: 1 is that of row 0 too.", id.Message, StringComparison.Ordinal);
        var name = Assert.Throws<BuildException>(() => _files.Load(AlertFiles.Row + Source, Changed("\"id\": 1", "\"id\": 2")));
        Assert.EndsWith("alerts.json: row 1 (alert 2): name: \"cover\" is that of row 0 too.", name.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "has none of recording, tokens and voice: the alert is empty")]
    [InlineData(""", "tokens": "a.q3t", "voice": "en" """, "has tokens and voice")]
    [InlineData(""", "tokens": "b.q3t" """, "tokens: \"b.q3t\" is not there")]
    [InlineData(""", "recording": "../secret.wav" """, "recording: \"../secret.wav\" is not a path inside the folder")]
    [InlineData(""", "recording": "/etc/passwd" """, "recording: \"/etc/passwd\" is not a path inside the folder")]
    [InlineData(""", "recording": "..\\secret.wav" """, "is not a path inside the folder")]
    [InlineData(""", "voice": "en; rm" """, "voice: \"en; rm\"")]
    [InlineData(""", "voice": "en", "speed": 20 """, "speed: 20")]
    public void An_alert_without_one_usable_source_is_refused(string source, string what) => Refused(what, AlertFiles.Row + source);

    [Theory]
    [InlineData("""{"format": "other", "version": 1, "profile": "idis", "alerts": []}""", "format: is not")]
    [InlineData("""{"format": "q3e-alerts", "version": 2, "profile": "idis", "alerts": []}""", "version: 2")]
    [InlineData("""{"format": "q3e-alerts", "version": 1, "profile": "idis", "alerts": []}""", "alerts: has no row")]
    [InlineData("""{"format": "q3e-alerts", "version": 1, "profile": "idis"}""", "alerts: is missing")]
    [InlineData("""{"format": "q3e-alerts", "version": 1, "profile": "idis", "alerts": [3]}""", "row 0: is not an object")]
    [InlineData("""{"format": "q3e-alerts", "version": 1, "profile": "idis", "alerts": {}}""", "alerts: {} is not an array")]
    [InlineData("""["q3e-alerts"]""", "is not an object")]
    [InlineData("""{"format": "\ud800"}""", "alerts.json: ")]
    [InlineData("{", "is not JSON")]
    public void A_file_that_is_no_alert_file_is_refused(string text, string what) =>
        Assert.Contains(what, Assert.Throws<BuildException>(() => _files.LoadText(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_there_is_told() =>
        Assert.Contains("there is no such alert file", Assert.Throws<BuildException>(() => AlertFile.Load(_files.Path("none.json"))).Message, StringComparison.Ordinal);

    private static string Changed(params string[] changes)
    {
        string row = AlertFiles.Row + Source;
        for (int i = 0; i < changes.Length; i += 2)
        {
            Assert.Contains(changes[i], row, StringComparison.Ordinal);
            row = row.Replace(changes[i], changes[i + 1], StringComparison.Ordinal);
        }

        return row;
    }

    private void Refused(string what, string row)
    {
        var error = Assert.Throws<BuildException>(() => _files.Load(row));
        Assert.Contains("alerts.json: row 0 (alert 1): ", error.Message, StringComparison.Ordinal);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }
}
