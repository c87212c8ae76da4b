using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

public class ExcludedPhrasesTests
{
    [Theory]
    [InlineData("Gas valve closed.", "warning: GAS VALVE, closed!", true)]
    [InlineData("Gas valve closed.", "Gas valve is closed.", false)]
    [InlineData("Gas valve closed.", "Gas valve closedown", false)]
    [InlineData("Don't open", "please dont open it", true)]
    [InlineData("3 9 8 2", "one three, nine eight two zero", true)]
    [InlineData("3 9 8 2", "thirty nine eighty two", false)]
    [InlineData("表盖打开", "警告，表盖打开了。", true)]
    [InlineData("表盖打开", "表盖被打开", false)]
    public void Phrases_are_found_word_by_word_without_case_and_punctuation(string phrase, string text, bool found) => Assert.Equal(found, new ExcludedPhrases([phrase]).OccurIn(text));

    [Fact]
    public void Nothing_excluded_occurs_nowhere() => Assert.False(ExcludedPhrases.None.OccurIn("anything at all"));

    [Fact]
    public void Comments_and_empty_lines_of_a_file_are_no_phrases()
    {
        using var folder = new TemporaryFolder();
        string file = folder.At("phrases.txt");
        File.WriteAllText(file, "# Open the door.\n\n  Close the window.  \n");
        ExcludedPhrases read = ExcludedPhrases.Read([file]);
        Assert.True(read.OccurIn("Please close the window now."));
        Assert.False(read.OccurIn("Open the door."));
    }

    [Fact]
    public void A_text_that_cannot_be_read_is_told_in_one_sentence()
    {
        using var folder = new TemporaryFolder();
        string none = folder.At("none.txt"), empty = folder.At("empty.txt"), binary = folder.At("binary.txt"), longLine = folder.At("long.txt");
        File.WriteAllText(empty, "# nothing\n\n");
        File.WriteAllBytes(binary, [0xC3, 0x28, 0x0A]);
        File.WriteAllText(longLine, "Short.\n" + new string('a', 501));
        Assert.Contains($"{none}: there is no such file.", Message(none), StringComparison.Ordinal);
        Assert.Contains($"{empty}: has no sentence", Message(empty), StringComparison.Ordinal);
        Assert.Contains($"{binary}: is not text in UTF-8", Message(binary), StringComparison.Ordinal);
        Assert.Contains($"{longLine}: sentence 2:", Message(longLine), StringComparison.Ordinal);

        static string Message(string file) => Assert.Throws<CorpusException>(() => TextLines.Read(file)).Message;
    }
}
