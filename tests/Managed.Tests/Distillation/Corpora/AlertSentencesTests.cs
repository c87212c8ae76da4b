using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

/// <summary>The text for an alert set's voice, with the shipped alerts and with what the recognition benchmark keeps out of training.</summary>
public class AlertSentencesTests
{
    private const int Many = 5000;
    private static readonly string Root = Path.GetFullPath(TestData.Path("../.."));
    private static readonly string[] HeldOut = [Path.Combine(Root, "benchmarks", "Students", "phrases.txt"), Path.Combine(Root, "benchmarks", "Students", "digits.txt")];

    [Fact]
    public void Phrases_and_digit_strings_of_the_benchmark_never_occur()
    {
        string[] phrases = [.. HeldOut.SelectMany(TextLines.Read).Select(Words)];
        Assert.Equal(50, phrases.Length);
        string[] sentences = [.. Sentences(English, ExcludedPhrases.Read(HeldOut))];
        Assert.All(sentences.Select(Words), s => Assert.DoesNotContain(phrases, p => s.Contains(p, StringComparison.Ordinal)));

        // The digits themselves are spoken, and without the list some of the strings would be.
        Assert.All("zero one two three four five six seven eight nine".Split(' '), d => Assert.Contains(sentences, s => Words(s).Contains(Words(d), StringComparison.Ordinal)));
        Assert.Contains(Sentences(English, ExcludedPhrases.None).Select(Words), s => phrases.Any(p => s.Contains(p, StringComparison.Ordinal)));
    }

    [Fact]
    public void Words_that_only_new_alerts_have_are_not_drawn()
    {
        string alerts = string.Concat(English.Select(Words));
        string[] unheard = [.. TextLines.Read(HeldOut[0]).SelectMany(p => Words(p).Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(w => w.Length > 5 && !alerts.Contains($" {w} ", StringComparison.Ordinal)).Distinct()];
        Assert.Superset(new HashSet<string> { "tariff", "credit", "frequency", "firmware", "emergency" }, unheard.ToHashSet());
        unheard = [.. unheard.Except(["closed", "please", "button"])];
        Assert.All(Sentences(English, ExcludedPhrases.None).Select(Words), s => Assert.DoesNotContain(unheard, w => s.Contains($" {w} ", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_same_seed_gives_the_same_sentences_and_another_gives_others()
    {
        var first = new AlertSentences(English, "en", ExcludedPhrases.None, 7);
        var second = new AlertSentences(English, "en", ExcludedPhrases.None, 7);
        var other = new AlertSentences(English, "en", ExcludedPhrases.None, 8);
        SpokenSentence?[] drawn = [.. Enumerable.Range(0, 200).Select(first.At)];
        Assert.Equal<IEnumerable<SpokenSentence?>>(drawn, [.. Enumerable.Range(0, 200).Reverse().Select(second.At).Reverse()]);
        Assert.InRange(Enumerable.Range(0, 200).Count(i => drawn[i] == other.At(i)), 0, 20);
    }

    [Fact]
    public void Alerts_numbers_and_everyday_sentences_all_occur_and_half_are_spoken_as_the_alerts()
    {
        var source = new AlertSentences(English, "en", ExcludedPhrases.None, 1);
        SpokenSentence[] drawn = [.. Enumerable.Range(0, Many).Select(i => source.At(i)!)];
        Assert.All(English, alert => Assert.Contains(drawn, s => s.Text == alert));
        Assert.Contains(drawn, s => s.Text.Contains("hundred", StringComparison.Ordinal));
        Assert.Contains(drawn, s => s.Text.Contains("shepherd", StringComparison.Ordinal));
        Assert.InRange(drawn.SelectMany(s => Words(s.Text).Split(' ')).Distinct().Count(), 3000, 30000);
        Assert.InRange(drawn.Count(s => (s.SpeedChange, s.PitchChange) == (0, 0)) / (double)Many, 0.46, 0.54);
        Assert.All(drawn, s => Assert.InRange(s.SpeedChange, -20, 20));
        Assert.All(drawn, s => Assert.InRange(s.PitchChange, -8, 8));
        Assert.InRange(drawn.Select(s => s.Text).Distinct().Count(), Many / 2, Many);
    }

    [Fact]
    public void Chinese_alerts_in_pinyin_are_recombined_in_pinyin()
    {
        VoiceReading chinese = Assert.Single(AlertSpeech.Readings(Shipped, ExcludedPhrases.None, 1, 25), r => r.Voice.Language == "cmn-Latn-pinyin");
        Assert.Equal(6, chinese.Minutes, 9);
        Assert.All(Enumerable.Range(0, 300), i => Assert.Matches(@"^([A-Za-z]+[1-5][,.?]? ?)+$", chinese.Sentences.At(i)!.Text));
    }

    [Fact]
    public void Voices_speed_and_pitch_are_those_of_the_alert_file()
    {
        IReadOnlyList<VoiceReading> readings = AlertSpeech.Readings(Shipped, ExcludedPhrases.None, 1, 25);
        Assert.Equal([("espeak-ng-en-us+klatt4", 150, 50, 19.0), ("espeak-ng-cmn-latn-pinyin+klatt4", 150, 50, 6.0)], readings.Select(r => (r.Voice.Voice, r.Voice.WordsPerMinute ?? 0, r.Voice.Pitch ?? 0, Math.Round(r.Minutes, 9))));
    }

    [Fact]
    public void An_alert_file_without_English_is_told_in_one_sentence()
    {
        using var folder = new TemporaryFolder();
        string file = folder.At("alerts.json");
        File.WriteAllText(file, """{"format":"q3e-alerts","version":1,"profile":"own","alerts":[{"id":1,"name":"a","event":1,"language":"zh","priority":1,"text":"停电了。","say":"ting2 dian4.","voice":"cmn-latn-pinyin","licence":"own"}]}""");
        CorpusException error = Assert.Throws<CorpusException>(() => AlertSpeech.Readings(AlertFile.Load(file), ExcludedPhrases.None, 1, 1, SynthesisVoice.Parse("espeak-ng:en-us+klatt4")));
        Assert.Equal($"{file}: has no alert in the language \"en\" of the voice espeak-ng:en-us+klatt4.", error.Message);
    }

    [Fact]
    public void Alerts_of_which_everything_is_excluded_are_told_in_one_sentence() =>
        Assert.Contains("say nothing that is not excluded", Assert.Throws<CorpusException>(() => new AlertSentences(["Power failure."], "en", new ExcludedPhrases(["power failure"]), 1)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0, "zero")]
    [InlineData(15, "fifteen")]
    [InlineData(40, "forty")]
    [InlineData(99, "ninety nine")]
    [InlineData(100, "one hundred")]
    [InlineData(215, "two hundred and fifteen")]
    [InlineData(1007, "one thousand and seven")]
    [InlineData(84633, "eighty four thousand six hundred and thirty three")]
    public void Numbers_are_written_in_words(int value, string words) => Assert.Equal(words, EnglishNumbers.Words(value));

    [Fact]
    public void A_word_walk_has_only_the_words_that_it_is_given()
    {
        var walk = new WordWalk(["Open the door, please.", "Close the window!"]);
        string[] words = ["open", "the", "door", "please", "close", "window", "tree"];
        for (int i = 0; i < 200; i++)
        {
            var random = new CounterRandom(1, i, 0, 0);
            string[] drawn = walk.Draw(ref random, ["tree"]).TrimEnd('.').ToLowerInvariant().Split(' ');
            Assert.InRange(drawn.Length, 3, 7);
            Assert.All(drawn, w => Assert.Contains(w, words));
        }
    }

    private static AlertFile Shipped => AlertFile.Load(Path.Combine(Root, "boards", "meter-m4", "alerts.json"));

    private static IReadOnlyList<string> English => [.. Shipped.Rows.Where(r => r.Language == "en").Select(r => r.Text)];

    private static IEnumerable<string> Sentences(IReadOnlyList<string> texts, ExcludedPhrases excluded)
    {
        var source = new AlertSentences(texts, "en", excluded, 1);
        return Enumerable.Range(0, Many).Select(i => source.At(i)!.Text);
    }

    // Lower-case words between blanks, digits as words: written here anew, so that the generator is not held against itself.
    private static string Words(string text)
    {
        string plain = new([.. text.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')]);
        string[] digits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
        return $" {string.Join(' ', plain.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => w.Length == 1 && char.IsAsciiDigit(w[0]) ? digits[w[0] - '0'] : w))} ";
    }
}
