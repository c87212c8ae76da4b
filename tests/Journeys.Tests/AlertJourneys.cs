namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>Alerts as the README tells, word by word, and what is refused before anything is built.</summary>
public sealed class AlertJourneys : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Needs espeak-ng, as the README says.</summary>
    [Fact]
    public void The_readmes_steps_add_an_alert()
    {
        string[] fenced = ReadmeSteps.Blocks("### Add an alert");
        Assert.Equal(3, fenced.Length);
        Assert.StartsWith("json\n", fenced[1], StringComparison.Ordinal);
        Directory.CreateSymbolicLink(_folder["boards"], Path.Combine(ReadmeSteps.Root, "boards"));

        ReadmeSteps.Run(_folder.Path, fenced[0]);
        string file = _folder["my-meter/alerts.json"], alerts = File.ReadAllText(file);
        int end = alerts.LastIndexOf("}\n  ]", StringComparison.Ordinal);
        File.WriteAllText(file, $"{alerts[..end]}}},\n    {fenced[1]["json\n".Length..]}\n  ]{alerts[(end + 5)..]}");
        string shown = ReadmeSteps.Run(_folder.Path, fenced[2]);

        Assert.Contains("#define Q3E_ALERT_FUSE_BLOWN 200u /* acme 4711, en: Fuse blown. */", shown, StringComparison.Ordinal);
        Assert.Contains("token 567 pinned to 1200 Hz", shown, StringComparison.Ordinal);
        Assert.Contains("200\tfuse-blown\tacme\t4711\ten\t150\t", File.ReadAllText(_folder["out-meter/player/alerts.txt"]), StringComparison.Ordinal);

        // The tokens are kept: the next build needs no espeak-ng and emits the same bytes.
        byte[] first = File.ReadAllBytes(_folder["out-meter/player/q3e_alerts.c"]);
        Expect.Success(Q3Edge.Run(_folder, "build", "--board", "host", "--model", "edge-meter", "--alerts", "my-meter/alerts.json", "-o", "out-meter"));
        Assert.Equal(first, File.ReadAllBytes(_folder["out-meter/player/q3e_alerts.c"]));
    }

    [Theory]
    [InlineData("\"licence\": \"CC0-1.0\",", "", "row 0 (alert 1): licence: is missing")]
    [InlineData("\"tokens\": \"a.q3t\",", "", "row 0 (alert 1): has none of recording, tokens and voice: the alert is empty")]
    [InlineData("\"tokens\": \"a.q3t\",", "\"voice\": \"en-us\",", "alert 1 (a): voice: the text has not been spoken yet")]
    [InlineData("]}", ", {\"id\": 1}]}", "row 1 (alert 1): name: is missing")]
    public void A_wrong_row_is_refused_before_anything_is_built(string old, string changed, string what)
    {
        const string Alerts = """{"format": "q3e-alerts", "version": 1, "profile": "idis", "alerts": [{"licence": "CC0-1.0", "tokens": "a.q3t", "id": 1, "name": "a", "event": 40, "language": "en", "priority": 1, "text": "A."}]}""";
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.Golden("clip0.wav"), "-o", "a.q3t"));
        File.WriteAllText(_folder["alerts.json"], Alerts.Replace(old, changed, StringComparison.Ordinal));
        Run build = Q3Edge.Run(_folder, "build", "--board", "host", "--model", "edge-meter", "--alerts", "alerts.json", "-o", "out");
        Expect.Failure(build, "alerts.json", what);
        Assert.Equal(["a.q3t", "alerts.json"], _folder.Entries);
    }
}
