using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

public class SourceTests
{
    [Fact]
    public void Sources_count_minutes_by_licence()
    {
        using var folder = new TemporaryFolder();
        using SpeechCorpus corpus = SmallCorpus.Prepare(folder, f => f.Voice == "short" ? f with { Licence = "GPL-2.0-only", Gpl = true } : f with { HeldOut = f.Path == "long/r2.wav" });
        Assert.Equal([("CC0-1.0", false, 4, 1), ("GPL-2.0-only", true, 30, 0)], corpus.Sources.Select(s => (s.Licence, s.Gpl, s.TrainingRecordings, s.HeldOutRecordings)));
        Assert.All(corpus.Sources, s => Assert.Equal(("speech", "", "nobody", false), (s.Package, s.Version, s.Authors, s.Synthetic)));
        Assert.Equal([22.0, 15], corpus.Sources.Select(s => Math.Round(s.TrainingMinutes * 60, 6)));
        Assert.Equal([6.0, 0], corpus.Sources.Select(s => Math.Round(s.HeldOutMinutes * 60, 6)));
    }

    [Fact]
    public void Synthesised_voices_are_marked_and_the_Chinese_ones_held_out()
    {
        IReadOnlyList<SynthesisVoice> voices = SpeechSynthesis.Installed(SynthesisVoice.ChineseHeldOut);
        if (voices.Count == 0)
        {
            // Without espeak-ng there is one clear sentence instead.
            using var none = new TemporaryFolder();
            Assert.Contains("espeak-ng", Assert.Throws<CorpusException>(() => SpeechSynthesis.Speak(SynthesisVoice.ChineseHeldOut, none.Path)).Message, StringComparison.Ordinal);
            return;
        }

        using var folder = new TemporaryFolder();
        DebianCorpus.Prepare(folder.At("corpus"), [], voices);
        using SpeechCorpus corpus = SpeechCorpus.Open(folder.At("corpus"));
        Assert.Equal(24, corpus.Recordings.Count);
        Assert.All(corpus.Recordings, r => Assert.Equal(("espeak-ng", "cmn", true, true), (r.Package, r.Language, r.HeldOut, r.Synthetic)));
        Assert.All(corpus.Recordings, r => Assert.InRange(r.Seconds, 1, 15));
        Assert.All(corpus.Sources, s => Assert.True(s.Synthetic));
    }

    [Fact]
    public void No_voice_of_the_variety_is_held_out() => Assert.DoesNotContain(SynthesisVoice.Variety, v => v.HeldOut);
}
