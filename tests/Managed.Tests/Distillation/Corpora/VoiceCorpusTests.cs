using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

/// <summary>Corpora of one voice and of an alert file's recordings.</summary>
public sealed class VoiceCorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static readonly SynthesisVoice Klatt = SynthesisVoice.Parse("espeak-ng:en-us+klatt4") with { WordsPerMinute = 150, Pitch = 50 };

    private static bool HasEspeak => SpeechSynthesis.Installed([Klatt]).Count > 0;

    [Fact]
    public void The_same_text_gives_the_same_corpus_and_it_tells_what_is_said()
    {
        if (!HasEspeak)
        {
            Assert.Contains("espeak-ng: was not found", Assert.Throws<CorpusException>(() => Prepare("none")).Message, StringComparison.Ordinal);
            return;
        }

        Prepare("first");
        Prepare("second");
        using SpeechCorpus first = SpeechCorpus.Open(_folder.At("first")), second = SpeechCorpus.Open(_folder.At("second"));
        Assert.Equal(first.Hash, second.Hash);
        Assert.All(first.Recordings, r => Assert.Equal(("espeak-ng", "espeak-ng-en-us+klatt4", "en", true), (r.Package, r.Voice, r.Language, r.Synthetic)));
        Assert.InRange(first.Recordings.Sum(r => r.Seconds), 0.15 * 60, 30);
        string[] lines = File.ReadAllLines(_folder.At("first", VoiceCorpus.TextName));
        Assert.Equal(first.Recordings.Select(r => r.Path).Order(StringComparer.Ordinal), lines.Select(l => l.Split('\t')[0]));
        var sentences = new AlertSentences(["Power failure.", "Supply connected."], "en", ExcludedPhrases.None, 3);
        Assert.All(lines, l => Assert.Contains(Enumerable.Range(0, 40).Select(i => sentences.At(i)!.Text), t => t == l.Split('\t')[1]));
    }

    [Theory]
    [InlineData("klatt4", "does not begin with a known synthesiser")]
    [InlineData("espeak:en", "does not begin with a known synthesiser")]
    [InlineData("espeak-ng:", "is not a voice's name")]
    [InlineData("espeak-ng:-en", "is not a voice's name")]
    [InlineData("espeak-ng:../en", "is not a voice's name")]
    public void A_voice_that_is_named_wrongly_is_told_in_one_sentence(string name, string why)
    {
        string message = Assert.Throws<CorpusException>(() => SynthesisVoice.Parse(name)).Message;
        Assert.Contains($"\"{name}\"", message, StringComparison.Ordinal);
        Assert.Contains(why, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("espeak-ng:no-such-voice")]
    [InlineData("espeak-ng:en-us+klatt99")]
    [InlineData("flite:nobody")]
    public void A_voice_that_the_synthesiser_does_not_have_is_told_in_one_sentence(string name)
    {
        SynthesisVoice voice = SynthesisVoice.Parse(name);
        string message = Assert.Throws<CorpusException>(() => VoiceCorpus.Prepare(_folder.At("corpus"), [new VoiceReading(voice, new ListedSentences(["Hello."], ExcludedPhrases.None), 1)])).Message;
        Assert.Contains(SpeechSynthesis.Installed([voice]).Count > 0 ? $"{name}: {voice.Engine} has no such voice" : $"{voice.Engine}: was not found", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_of_which_everything_is_excluded_is_told_in_one_sentence()
    {
        if (!HasEspeak)
            return;
        var nothing = new ListedSentences(["Gas valve closed."], new ExcludedPhrases(["gas valve closed"]));
        Assert.Contains("no sentence to be spoken", Assert.Throws<CorpusException>(() => VoiceCorpus.Prepare(_folder.At("corpus"), [new VoiceReading(Klatt, nothing, 1)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recordings_of_alerts_begin_with_a_frame_and_stand_at_four_places_within_it()
    {
        SmallCorpus.Write(_folder.At("sounds", "ring.wav"), SmallCorpus.Tone(150, 1.03));
        AlertFile alerts = Alerts("""{"id":3,"name":"ring","event":1,"language":"de","priority":1,"text":"Hallo.","recording":"sounds/ring.wav","licence":"CC0-1.0"}""");
        AlertSpeech.PrepareRecordings(alerts, _folder.At("corpus"));
        using SpeechCorpus corpus = SpeechCorpus.Open(_folder.At("corpus"));
        Assert.Equal(4, corpus.Recordings.Count);
        for (int i = 0; i < 4; i++)
        {
            Recording r = corpus.Recordings[i];
            Assert.Equal(("alerts", "alerts-de", "CC0-1.0", false, false), (r.Package, r.Voice, r.Licence, r.HeldOut, r.Synthetic));
            Assert.Equal(0, r.Samples % CorpusGrid.TokenSamples);
            ReadOnlySpan<short> samples = corpus.Samples(i);
            Assert.Equal(20 * 16 * i, samples.IndexOfAnyExcept((short)0));
            Assert.Equal(-1, samples[^(6 * CorpusGrid.TokenSamples)..].IndexOfAnyExcept((short)0));
        }

        Assert.Empty(AlertSpeech.Readings(alerts, ExcludedPhrases.None, 1, 5));
    }

    [Fact]
    public void A_missing_recording_is_told_in_one_sentence() =>
        Assert.Contains("recording: \"sounds/none.wav\" is not there", Assert.Throws<BuildException>(() => Alerts("""{"id":3,"name":"ring","event":1,"language":"de","priority":1,"text":"Hallo.","recording":"sounds/none.wav","licence":"CC0-1.0"}""")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_recording_that_is_no_sound_is_told_with_its_alert()
    {
        Directory.CreateDirectory(_folder.At("sounds"));
        File.WriteAllText(_folder.At("sounds", "ring.wav"), "no sound");
        AlertFile alerts = Alerts("""{"id":3,"name":"ring","event":1,"language":"de","priority":1,"text":"Hallo.","recording":"sounds/ring.wav","licence":"CC0-1.0"}""");
        Assert.Contains("alert 3 (ring):", Assert.Throws<CorpusException>(() => AlertSpeech.PrepareRecordings(alerts, _folder.At("corpus"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Alerts_without_sound_are_told_in_one_sentence()
    {
        File.WriteAllBytes(_folder.At("a.q3t"), [0]);
        AlertFile alerts = Alerts("""{"id":3,"name":"ring","event":1,"language":"de","priority":1,"text":"Hallo.","tokens":"a.q3t","licence":"CC0-1.0"}""");
        Assert.Contains("no alert has a recording or a voice", Assert.Throws<CorpusException>(() => AlertSpeech.PrepareRecordings(alerts, _folder.At("corpus"))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void Prepare(string name) => VoiceCorpus.Prepare(_folder.At(name), [new VoiceReading(Klatt, new AlertSentences(["Power failure.", "Supply connected."], "en", ExcludedPhrases.None, 3), 0.15)]);

    private AlertFile Alerts(string row)
    {
        string file = _folder.At("alerts.json");
        File.WriteAllText(file, $$"""{"format":"q3e-alerts","version":1,"profile":"own","alerts":[{{row}}]}""");
        return AlertFile.Load(file);
    }
}
