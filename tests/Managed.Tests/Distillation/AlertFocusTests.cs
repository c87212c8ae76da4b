using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Safetensors;
using Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation;

/// <summary>Students that are specialised to an alert set. Alert, voice and general corpus have pitches of their own, so that a sequence tells where it comes from.</summary>
public sealed class AlertFocusTests : IDisposable
{
    private const double AlertPitch = 70, VoicePitch = 380;
    private const int Frames = 8;

    private readonly TemporaryFolder _folder = new();
    private readonly Workers _workers = new(1);

    public AlertFocusTests()
    {
        SmallCorpus.Prepare(_folder).Dispose();
        SmallCorpus.Write(_folder.At("voice", "her", "long.wav"), SmallCorpus.Tone(VoicePitch, 20));
        CorpusBuilder.Build(_folder.At("voice-corpus"), [.. FolderSpeech.Find(_folder.At("voice"), "en", SmallCorpus.Licence).Select(f => f with { HeldOut = false })], [FolderSpeech.Source(_folder.At("voice"), "nobody")]);
        SmallCorpus.Write(_folder.At("sounds", "ring.wav"), SmallCorpus.Tone(AlertPitch, 2));
        File.WriteAllText(_folder.At("alerts.json"), """{"format":"q3e-alerts","version":1,"profile":"own","alerts":[{"id":1,"name":"ring","event":1,"language":"en","priority":1,"text":"Hello.","recording":"sounds/ring.wav","licence":"CC0-1.0"}]}""");
    }

    [Fact]
    public void Alerts_their_voice_and_the_general_corpus_are_drawn_with_their_shares()
    {
        using TrainingSpeech speech = Open(Focus);
        Assert.Equal([_folder.At("corpus"), _folder.At("voice-corpus")], speech.Corpora.Select(c => c.Folder).Where(f => !f.Contains("alerts", StringComparison.Ordinal)));
        Assert.Equal(3, speech.Corpora.Count);
        (int alerts, int voice, int general) = Count(speech);

        // 400 draws: the standard deviations are 8.7, 10 and 8.7.
        Assert.InRange(alerts, 70, 130);
        Assert.InRange(voice, 165, 235);
        Assert.InRange(general, 70, 130);
    }

    [Fact]
    public void Without_more_speech_of_the_voice_the_general_corpus_has_its_share()
    {
        using TrainingSpeech speech = Open(Focus with { VoiceCorpus = null });
        Assert.Equal(2, speech.Corpora.Count);
        (int alerts, int voice, int general) = Count(speech);
        Assert.InRange(alerts, 70, 130);
        Assert.Equal((0, 400), (voice, alerts + general));
    }

    [Fact]
    public void The_alerts_recordings_are_prepared_once_and_again_when_they_change()
    {
        string[] Folders() => Directory.GetDirectories(_folder.At("cache", "alerts"));
        Open(Focus).Dispose();
        string first = Assert.Single(Folders());
        DateTime written = File.GetLastWriteTimeUtc(Path.Combine(first, "recordings", "index.json"));
        Open(Focus).Dispose();
        Assert.Equal(first, Assert.Single(Folders()));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(first, "recordings", "index.json")));
        SmallCorpus.Write(_folder.At("sounds", "ring.wav"), SmallCorpus.Tone(AlertPitch, 2.5));
        Open(Focus).Dispose();
        Assert.Equal(2, Folders().Length);
    }

    [Fact]
    public void A_specialised_run_that_was_interrupted_ends_with_the_same_bytes_and_another_share_is_another_run()
    {
        string whole = _folder.At("whole.json"), parts = _folder.At("parts.json");
        DistillRun.Train(Options(Focus, whole));
        using (var source = new CancellationTokenSource())
        {
            Assert.Equal(2, DistillRun.Train(Options(Focus, parts), watch: s => { if (s.Step == 2) source.Cancel(); }, cancel: source.Token).Steps);
        }

        ModelFormatException error = Assert.Throws<ModelFormatException>(() => DistillRun.Train(Options(Focus with { AlertShare = 0.3 }, parts)));
        Assert.Contains("checkpoint.safetensors: identity:", error.Message, StringComparison.Ordinal);
        DistillRun.Train(Options(Focus, parts));
        Assert.Equal(File.ReadAllBytes(Path.ChangeExtension(whole, ".safetensors")), File.ReadAllBytes(Path.ChangeExtension(parts, ".safetensors")));
    }

    [Fact]
    public void The_card_names_the_alerts_and_all_that_was_learnt_from()
    {
        DistillRun.Train(Options(Focus, _folder.At("told.json")) with { Steps = 1 });
        string card = File.ReadAllText(_folder.At("told.card.md"));
        Assert.Matches(@"specialised to the alerts\W+alerts\.json", card);
        Assert.All((string[])["alerts", "voice", "speech"], package => Assert.Matches($@"(?m)^\| {package} \|", card));
        using TrainingSpeech speech = Open(Focus);
        Assert.All(speech.Corpora, corpus => Assert.Contains(corpus.Hash, card, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0.6, 0.5)]
    [InlineData(-0.1, 0.5)]
    [InlineData(double.NaN, 0.5)]
    public void Shares_that_are_none_are_told_in_one_sentence(double alerts, double voice)
    {
        string message = Assert.Throws<CorpusException>(() => Open(Focus with { AlertShare = alerts, VoiceShare = voice })).Message;
        Assert.Contains("alerts.json: shares of", message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _workers.Dispose();
        _folder.Dispose();
    }

    private AlertFocus Focus => new(_folder.At("alerts.json")) { AlertShare = 0.25, VoiceShare = 0.5, VoiceCorpus = _folder.At("voice-corpus") };

    private DistillOptions Options(AlertFocus focus, string output) => new("edge-light", TinyStudents.Decoder(_folder.Path), _folder.At("corpus"), output)
    {
        Steps = 4, Threads = 1, Sequences = 4, Frames = Frames, Levels = 1, LogEvery = 1, Cache = _folder.At("cache"), Focus = focus,
    };

    private TrainingSpeech Open(AlertFocus focus)
    {
        return new TrainingSpeech(Options(focus, _folder.At("none.json")), new EdgeTeacher("edge-light"), _workers, null);
    }

    private static (int Alerts, int Voice, int General) Count(TrainingSpeech speech)
    {
        var item = new TrainingItem(Frames, CodedSpeech.Hops, ((Frames * CodedSpeech.Hops) - 1) * 160, 4);
        (int alerts, int voice, int general) = (0, 0, 0);
        SequenceSource draw = speech.Spoken(EdgeModelConfig.Load(BuiltInModels.PathOf("edge-meter")), null, default);
        for (int i = 0; i < 400; i++)
        {
            draw(1, i / 16, i % 16, item);
            float[] voiced = [.. item.Pitch.Where(p => p > 0).Order()];
            double pitch = voiced[voiced.Length / 2];
            alerts += pitch < 85 ? 1 : 0;
            voice += pitch > 365 ? 1 : 0;
            general += pitch is >= 85 and <= 365 ? 1 : 0;
        }

        return (alerts, voice, general);
    }
}
