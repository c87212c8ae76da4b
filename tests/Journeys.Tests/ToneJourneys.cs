using System.Text.Json;

namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>Tone maps: learned, shown, exported, and what is refused.</summary>
public sealed class ToneJourneys : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_table_is_learned_pinned_and_exported_for_a_buzzer()
    {
        Run learn = Q3Edge.Run(_folder, "tonemap", "learn", Path.GetDirectoryName(Repository.QuickstartClip)!, "-o", "t.csv", "--pin", "567=1200", "--pin", "1204=1800");
        Expect.Success(learn);
        Assert.Contains("2048 tones in 500-4000 Hz", learn.Output, StringComparison.Ordinal);
        string[] rows = File.ReadAllLines(_folder["t.csv"]);
        Assert.Equal(2050, rows.Length);
        Assert.StartsWith("567,1200,", rows[2 + 567], StringComparison.Ordinal);
        Assert.EndsWith(",1", rows[2 + 1204], StringComparison.Ordinal);

        foreach (string name in (string[])["q3e_tones.c", "q3e_tones.h", "Tones.cs", "t.json"])
            Expect.Success(Q3Edge.Run(_folder, "tonemap", "export", "--table", "t.csv", "-o", name, "--range", "1000-2000"));
        string c = File.ReadAllText(_folder["q3e_tones.c"]);
        Assert.Contains("{ 1200, ", c, StringComparison.Ordinal);
        Assert.Contains("/* 567, pinned */", c, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(File.ReadAllBytes(_folder["t.json"]));
        JsonElement[] tones = [.. json.RootElement.GetProperty("tones").EnumerateArray()];
        Assert.Equal(2048, tones.Length);
        Assert.All(tones, t => Assert.InRange(t.GetProperty("frequency_hz").GetInt32(), 1000, 2000));
    }

    [Fact]
    public void Tokens_are_shown_as_a_log_a_melody_and_a_page()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "v.q3t"));
        Run show = Q3Edge.Run(_folder, "tonemap", "show", "--tokens", "v.q3t", "--clock", "16000000");
        Expect.Success(show);
        Assert.Contains("2048 tokens:", show.Output, StringComparison.Ordinal);
        Assert.Contains("error ppm", show.Output, StringComparison.Ordinal);
        Assert.Contains(" Hz |", show.Output, StringComparison.Ordinal);

        Run json = Q3Edge.Run(_folder, "tonemap", "show", "--tokens", "v.q3t", "--json");
        Expect.Success(json);
        using var shown = JsonDocument.Parse(json.OutputBytes);
        long[] starts = [.. shown.RootElement.GetProperty("pulses").EnumerateArray().Select(p => p.GetProperty("start_us").GetInt64())];
        Assert.Equal(TokenFile.Read(_folder["v.q3t"]).Frames, starts.Length);
        Assert.Equal(Enumerable.Range(0, starts.Length).Select(i => 80_000L * i), starts);

        Expect.Success(Q3Edge.Run(_folder, "tonemap", "show", "--tokens", "v.q3t", "-o", "tones.html"));
        string page = File.ReadAllText(_folder["tones.html"]);
        Assert.Equal(2, page.Split("<svg").Length - 1);
        Assert.Contains("</html>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token 2048 is out of range", "--pin 2048=1200:", "export", "-o", "t.c", "--pin", "2048=1200")]
    [InlineData("outside the buzzer's 500-4000 Hz", "--pin 5=9000:", "export", "-o", "t.c", "--pin", "5=9000")]
    [InlineData("is not TOKEN=HZ", "--pin 5:", "export", "-o", "t.c", "--pin", "5")]
    [InlineData("pinned twice", "--pin 5=1000:", "export", "-o", "t.c", "--pin", "5=900", "--pin", "5=1000")]
    [InlineData("is not LOW-HIGH", "--range 9-3:", "export", "-o", "t.c", "--range", "9-3")]
    [InlineData("the extension must say what to write", "t.txt", "export", "-o", "t.txt")]
    [InlineData("there is no such file", "none.csv", "show", "--table", "none.csv")]
    [InlineData("line 1: is not the header", "bad.csv", "show", "--table", "bad.csv")]
    [InlineData("there is no such folder", "none", "learn", "none", "-o", "t.csv")]
    [InlineData("holds no audio file", ".", "score", ".")]
    [InlineData("is not within 1 to", "--clock 0", "show", "--clock", "0")]
    public void What_cannot_be_done_is_told_in_one_line(string about, string name, params string[] arguments)
    {
        File.WriteAllText(_folder["bad.csv"], "1,2,3\n");
        Expect.Failure(Q3Edge.Run(_folder, ["tonemap", .. arguments]), name, about);
        Assert.Equal(["bad.csv"], _folder.Entries);
    }

    [Theory, InlineData("learn"), InlineData("show"), InlineData("score"), InlineData("export")]
    public void Every_verb_explains_itself(string verb)
    {
        Run help = Q3Edge.Run(_folder, "tonemap", verb, "--help");
        Expect.Success(help);
        Assert.Contains($"Examples:\n  q3edge tonemap {verb}", help.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }
}
