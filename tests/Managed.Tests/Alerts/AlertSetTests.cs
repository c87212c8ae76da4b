using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Tones;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Tests.Alerts;

/// <summary>From rows to packed tokens and emitted tables.</summary>
public sealed class AlertSetTests : IDisposable
{
    private readonly AlertFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Tokens_are_packed_one_alert_after_the_other_without_gaps()
    {
        _files.WriteTokens("b.q3t", AlertFiles.Tokens(3, layers: 16));
        AlertSet set = Gather(AlertFiles.Row + Tokens("a.q3t"), Second(Tokens("b.q3t")));
        Assert.Equal([0, 5 * 4 * 11], set.Alerts.Select(a => a.BitOffset));
        Assert.Equal(((8 * 4 * 11) + 7) / 8, set.Codes.Length);
        // Of sixteen layers the model's four are kept.
        var codes = new ushort[12];
        CodePacking.Unpack(set.Codes.Span, 11, codes, 5 * 4 * 11);
        Assert.Equal([0, 1, 2, 3, 100, 101, 102, 103, 200, 201, 202, 203], codes);
    }

    [Fact]
    public void A_token_out_of_range_is_refused_with_row_frame_and_layer()
    {
        var clip = new TokenClip(AlertFiles.Meter.Config.Space, 4, 12, new FrameRate(16000, 1280), [1, 2, 3, 4, 5, 6, 2048, 8], 2560, 832);
        _files.WriteTokens("b.q3t", clip);
        Refused("alert 1 (cover): frame 1, layer 2: token 2048 is out of range, 0 to 2047", AlertFiles.Row + Tokens("b.q3t"));
    }

    [Fact]
    public void Tokens_that_the_model_cannot_decode_are_refused_with_their_row()
    {
        _files.WriteTokens("few.q3t", AlertFiles.Tokens(3, layers: 2));
        Refused("alert 1 (cover): layers: the tokens have 2", AlertFiles.Row + Tokens("few.q3t"));
        _files.WriteTokens("other.q3t", new TokenClip(TokenSpace.OfCodebooks([1]), 4, 11, new FrameRate(16000, 1280), [1, 2, 3, 4], 1280, 0));
        Refused("alert 1 (cover): token space", AlertFiles.Row + Tokens("other.q3t"));
        File.WriteAllText(_files.Path("broken.q3t"), "no tokens");
        Refused("alert 1 (cover): ", AlertFiles.Row + Tokens("broken.q3t"));
    }

    [Fact]
    public void A_recording_without_samples_or_of_another_format_is_refused_with_its_row()
    {
        _files.WriteSound("empty.wav", []);
        Refused("alert 1 (cover): recording: has no samples", AlertFiles.Row + """, "recording": "empty.wav" """);
        File.WriteAllText(_files.Path("text.wav"), "no sound");
        Refused("alert 1 (cover): ", AlertFiles.Row + """, "recording": "text.wav" """);
    }

    [Fact]
    public void A_recording_becomes_tokens()
    {
        File.Copy(TestData.Path("edge-golden/clip0.wav"), _files.Path("clip.wav"));
        AlertSet set = Gather(AlertFiles.Row + """, "recording": "clip.wav" """);
        ushort[] golden = [.. Npy.LoadTestData("edge-golden/clip0.tokens.npy").Ints.Select(c => (ushort)c)];
        TokenClip clip = set.Alerts[0].Tokens;
        Assert.Equal(4, clip.Layers);
        Assert.Equal(golden.Length / 16, clip.Frames);
        Assert.Equal(Enumerable.Range(0, clip.Frames).Select(t => golden[16 * t]), Enumerable.Range(0, clip.Frames).Select(t => clip[t, 0]));
    }

    [Fact]
    public void A_text_that_was_not_spoken_yet_is_refused_with_its_row_and_the_missing_file()
    {
        string row = AlertFiles.Row + """, "voice": "en-us" """;
        Refused("alert 1 (cover): voice: the text has not been spoken yet, alerts/001-cover-", row);
        Refused("--speak", row);
    }

    /// <summary>Kept tokens are found by what was said: another text, voice, speed or pitch has another name.</summary>
    [Fact]
    public void Kept_tokens_are_those_of_this_text_and_voice()
    {
        string[] names = [.. new[] { "", ", \"pitch\": 51", ", \"speed\": 151", ", \"say\": \"Cover open!\"" }.Select(more => Named($$""", "voice": "en-us"{{more}} """)), Named(""", "voice": "en-gb" """)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Directory.CreateDirectory(_files.Path("alerts"));
        _files.WriteTokens("alerts/" + names[0], AlertFiles.Tokens(7, 16));
        Assert.Equal(7, Gather(AlertFiles.Row + """, "voice": "en-us" """).Alerts[0].Tokens.Frames);
    }

    [Fact]
    public void Kept_tokens_of_another_token_space_are_refused_with_the_way_out()
    {
        const string spoken = """, "voice": "en-us" """;
        Directory.CreateDirectory(_files.Path("alerts"));
        _files.WriteTokens("alerts/" + Named(spoken), new TokenClip(TokenSpace.OfCodebooks([1]), 4, 11, new FrameRate(16000, 1280), [1, 2, 3, 4], 1280, 0));
        Refused("alert 1 (cover): voice: alerts/001-cover-", AlertFiles.Row + spoken);
        Refused("copy the alert file to a folder of its own and build with --speak", AlertFiles.Row + spoken);
    }

    /// <summary>What is shipped builds without espeak-ng: at least 12 alerts in English and 4 in Chinese, every one with its licence and its tokens.</summary>
    [Fact]
    public void The_alerts_of_meter_m4_are_complete()
    {
        AlertFile file = AlertFile.Load(TestData.Path("../../boards/meter-m4/alerts.json"));
        AlertSet set = AlertSet.Gather(file, AlertFiles.Meter, speak: false);
        Assert.True(file.Rows.Count(r => r.Language == "en") >= 12);
        Assert.True(file.Rows.Count(r => r.Language == "zh") >= 4);
        Assert.All(file.Rows, r => Assert.Equal(SpokenText.Licence, r.Licence));
        Assert.All(file.Rows, r => Assert.Contains(r.EventCode, EventProfiles.Find(r.Profile)!.Events.Keys));
        Assert.All(set.Alerts, a => Assert.InRange(a.Tokens.Frames, 8, 60));
        string[] kept = [.. Directory.GetFiles(Path.Combine(file.Folder, "alerts")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        Assert.Equal(file.Rows.Select(r => SpokenText.FileName(r, (AlertSource.Spoken)r.Source)), kept);
        int tamper = file.Rows.Where(r => r.EventCode is 40 or 42 or 44).Min(r => r.Priority), battery = file.Rows.Where(r => r.EventCode is 7 or 8).Max(r => r.Priority);
        Assert.True(tamper > battery);
    }

    [Fact]
    public void Emission_is_deterministic_and_texts_cannot_leave_their_comments()
    {
        string row = AlertFiles.Row.Replace("Cover open.", "*/ #error ??/ \\\\ \\u000a //", StringComparison.Ordinal).Replace("CC0-1.0", "*/ mine", StringComparison.Ordinal) + Tokens("a.q3t");
        AlertSet set = Gather(row);
        string all = AlertTableSource.Header(set) + AlertTableSource.Source(set) + AlertTableSource.CSharp(set);
        Assert.Equal(all, AlertTableSource.Header(set) + AlertTableSource.Source(set) + AlertTableSource.CSharp(set));
        Assert.DoesNotContain("*/ #error", all, StringComparison.Ordinal);
        Assert.DoesNotContain("*/ mine", all, StringComparison.Ordinal);
        Assert.DoesNotContain("??/", all, StringComparison.Ordinal);
        Assert.Contains("#define Q3E_ALERT_COVER 1u", all, StringComparison.Ordinal);
        Assert.Contains("public const int Cover = 1;", all, StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_has_the_player_the_tables_and_the_licences()
    {
        AlertSet set = Gather(AlertFiles.Row + Tokens("a.q3t"));
        AlertPackage.Write(_files.Path("out"), set, BuiltInTones.Load());
        string[] made = [.. Directory.GetFiles(_files.Path("out/player"), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_files.Path("out/player"), f).Replace('\\', '/')).Order(StringComparer.Ordinal)];
        Assert.Superset(new HashSet<string>(["q3e_player.c", "q3e_player.h", "q3e_alerts.c", "q3e_alerts.h", "q3e_tones.c", "q3e_tones.h", "CMakeLists.txt", "alerts.txt", "dotnet/BoardAlerts.cs", "dotnet/Tones.cs"]), made.ToHashSet());
        Assert.Equal("1\tcover\tidis\t40\ten\t5\t0.40\t28\tCC0-1.0\tCover open.", File.ReadAllLines(_files.Path("out/player/alerts.txt"))[1]);
    }

    [Fact]
    public void Tones_of_another_token_space_are_refused()
    {
        AlertSet set = Gather(AlertFiles.Row + Tokens("a.q3t"));
        var other = new ToneTable(TokenSpace.OfCodebooks([1]), new Tone[2048]);
        Assert.Contains("token space", Assert.Throws<BuildException>(() => AlertPackage.Write(_files.Path("out"), set, other)).Message, StringComparison.Ordinal);
    }

    private static string Tokens(string name) => $$""", "tokens": "{{name}}" """;

    private static string Second(string source) => AlertFiles.Row.Replace("\"id\": 1", "\"id\": 2", StringComparison.Ordinal).Replace("\"cover\"", "\"second\"", StringComparison.Ordinal) + source;

    private AlertSet Gather(params string[] rows) => AlertSet.Gather(_files.Load(rows), AlertFiles.Meter, speak: false);

    private string Named(string source)
    {
        AlertRow row = _files.Load(AlertFiles.Row + source).Rows[0];
        return SpokenText.FileName(row, (AlertSource.Spoken)row.Source);
    }

    private void Refused(string what, params string[] rows) => Assert.Contains(what, Assert.Throws<BuildException>(() => Gather(rows)).Message, StringComparison.Ordinal);
}
