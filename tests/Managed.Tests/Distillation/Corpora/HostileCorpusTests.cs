using System.Text.Json.Nodes;
using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

public sealed class HostileCorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public HostileCorpusTests() => SmallCorpus.Prepare(_folder).Dispose();

    private string Index => _folder.At("corpus", "index.json");

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Edits() => new()
    {
        { "format=\"other\"", "format" },
        { "version=2", "version" },
        { "version=\"one\"", "version" },
        { "sampleRate=24000", "sampleRate" },
        { "pitchHop=80", "pitchHop" },
        { "sha256=\"\"", "sha256" },
        { "sha256=null", "sha256" },
        { "recordings=[]", "recordings" },
        { "recordings=[null]", "recordings" },
        { "recordings.0.samples=-160", "recordings[0].samples" },
        { "recordings.0.samples=161", "recordings[0].samples" },
        { "recordings.0.samples=3000000000", "recordings[0].samples" },
        { "recordings.0.samples=2147483520", "recordings[1].offset" },
        { "recordings.1.offset=0", "recordings[1].offset" },
        { "recordings.1.voice=\"short\"", "recordings[" },
        { "recordings.1.voice=\"\"", "recordings[1].voice" },
        { "recordings.1.gpl=true", "recordings[1].gpl" },
        { "recordings.0.speedPercent=49", "recordings[0].speedPercent" },
        { "recordings.0.speedPercent=201", "recordings[0].speedPercent" },
        { "recordings.0.speedPercent=\"85\"", "recordings[0].speedPercent" },
        { "recordings.1.speedPercent=85", "recordings[1].speedPercent" },
        { "recordings.0.heldOut=true;recordings.0.speedPercent=85", "recordings[0].speedPercent" },
        { "recordings.2.package=\"other\"", "recordings[2].package" },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public void A_wrong_field_is_named(string edit, string field)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllText(Index))!;
        foreach (string one in edit.Split(';'))
        {
            string[] parts = one.Split('='), steps = parts[0].Split('.');
            JsonNode at = root;
            foreach (string step in steps[..^1])
                at = int.TryParse(step, out int i) ? at[i]! : at[step]!;
            at[steps[^1]] = JsonNode.Parse(parts[1]);
        }

        File.WriteAllText(Index, root.ToJsonString());
        string message = Assert.Throws<CorpusException>(() => SpeechCorpus.Open(_folder.At("corpus"))).Message;
        Assert.StartsWith(Index, message, StringComparison.Ordinal);
        Assert.Contains(field, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"format\":\"q3edge-corpus\"}")]
    [InlineData("{\"format\":\"q3edge-corpus\",\"format\":\"q3edge-corpus\"}")]
    public void What_is_no_index_is_refused(string text)
    {
        File.WriteAllText(Index, text);
        Assert.StartsWith(Index, Assert.Throws<CorpusException>(() => SpeechCorpus.Open(_folder.At("corpus"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("samples.s16", -2)]
    [InlineData("samples.s16", 2)]
    [InlineData("pitch.f32", -4)]
    [InlineData("pitch.f32", 1)]
    public void Files_of_another_length_are_refused(string name, int more)
    {
        string path = _folder.At("corpus", name);
        using (FileStream stream = File.OpenWrite(path))
            stream.SetLength(stream.Length + more);
        Assert.StartsWith(path, Assert.Throws<CorpusException>(() => SpeechCorpus.Open(_folder.At("corpus"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_an_index_is_told_what_to_do()
    {
        File.Delete(Index);
        Assert.Contains("q3edge corpus", Assert.Throws<CorpusException>(() => SpeechCorpus.Open(_folder.At("corpus"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("samples.s16")]
    [InlineData("pitch.f32")]
    public void A_changed_byte_does_not_pass_verification(string name)
    {
        string path = _folder.At("corpus", name);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[4001] ^= 1;
        File.WriteAllBytes(path, bytes);
        using SpeechCorpus corpus = SpeechCorpus.Open(_folder.At("corpus"));
        Assert.Throws<CorpusException>(corpus.Verify);
    }

    [Fact]
    public void A_changed_licence_does_not_pass_verification()
    {
        File.WriteAllText(Index, File.ReadAllText(Index).Replace(SmallCorpus.Licence, "MIT", StringComparison.Ordinal));
        using SpeechCorpus corpus = SpeechCorpus.Open(_folder.At("corpus"));
        Assert.Contains("sha256", Assert.Throws<CorpusException>(corpus.Verify).Message, StringComparison.Ordinal);
    }
}
