using Qwen3Tokenizer.Edge.Audio.Metrics;

namespace Qwen3Tokenizer.Edge.Tests.Audio;

public sealed class WordErrorsTests
{
    [Theory]
    [InlineData("one two three", "one two three", 0)]
    [InlineData("one two three", "", 3)]
    [InlineData("", "one two", 2)]
    [InlineData("one two three", "one three", 1)]
    [InlineData("one two three", "one nine two three", 1)]
    [InlineData("one two three", "one nine three", 1)]
    [InlineData("one two three four", "two three four five", 2)]
    [InlineData("k i t t e n", "s i t t i n g", 3)]
    [InlineData("i n t e n t i o n", "e x e c u t i o n", 5)]
    public void Fewest_edits_are_counted(string said, string heard, int errors)
    {
        string[] a = Words(said), b = Words(heard);
        Assert.Equal(new WordErrors(errors, a.Length), WordErrors.Count(a, b));
    }

    [Fact]
    public void Utterances_add_up()
    {
        WordErrors sum = WordErrors.Count(Words("one two"), Words("one")) + WordErrors.Count(Words("three four"), Words("three four"));
        Assert.Equal(0.25, sum.Rate);
        Assert.Equal(sum, WordErrors.Add(new WordErrors(1, 2), new WordErrors(0, 2)));
    }

    [Fact]
    public void Nothing_said_has_no_rate()
    {
        Assert.True(double.IsNaN(WordErrors.Count([], []).Rate));
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
