using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

public class HeldOutListTests
{
    /// <summary>The shipped codec's own list: set, voice, package, file, seconds, licence.</summary>
    private static IEnumerable<string[]> Rows() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "corpus.tsv")).Skip(1).Select(line => line.Split('\t'));

    [Fact]
    public void The_rule_gives_the_list_of_the_shipped_codec()
    {
        string[][] rows = [.. Rows()];
        Assert.Equal(12619, rows.Length);
        Assert.All(rows, row => Assert.Equal(row[0] != "train", HeldOutList.Contains(row[1], row[3])));
    }

    [Fact]
    public void The_packages_name_every_file_of_the_shipped_list_with_its_voice()
    {
        var packages = DebianSpeech.Packages.ToDictionary(p => p.Name);
        Assert.All(Rows(), row => Assert.Equal(row[1], packages[row[2]].Attribute(row[3])?.Voice));
    }

    [Fact]
    public void Recordings_under_the_GPL_are_those_that_the_shipped_list_says()
    {
        var packages = DebianSpeech.Packages.ToDictionary(p => p.Name);
        Assert.All(Rows(), row => Assert.Equal(row[5].StartsWith("GPL", StringComparison.Ordinal), packages[row[2]].Attribute(row[3])!.Value.Gpl));
    }

    [Theory]
    [InlineData("usr/share/tuxpaint/stamps/animals/marsupials/wombat_desc.ogg", "tuxpaint-en", "en")]
    [InlineData("usr/share/tuxpaint/stamps/animals/marsupials/wombat_desc_pt_BR.ogg", "tuxpaint-pt_BR", "pt-BR")]
    [InlineData("usr/share/tuxpaint/stamps/animals/marsupials/wombat.ogg", null, null)]
    public void Noises_of_animals_are_not_speech(string path, string? voice, string? language)
    {
        SpeechAttribution? who = DebianSpeech.Find("tuxpaint-stamps-default").Attribute(path);
        Assert.Equal((voice, language), (who?.Voice, who?.Language));
    }

    [Fact]
    public void An_unknown_package_is_named() =>
        Assert.Contains("no-such-package", Assert.Throws<CorpusException>(() => DebianSpeech.Find("no-such-package")).Message, StringComparison.Ordinal);

    [Fact]
    public void The_default_packages_are_not_under_the_GPL()
    {
        Assert.DoesNotContain(DebianSpeech.Default, p => p.Licence.StartsWith("GPL", StringComparison.Ordinal));
        Assert.NotEmpty(DebianSpeech.Default);
    }
}
