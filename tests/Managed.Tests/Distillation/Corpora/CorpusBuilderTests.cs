using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

public class CorpusBuilderTests
{
    [Fact]
    public void A_folder_becomes_recordings_by_voice_with_their_samples_and_pitch()
    {
        using var folder = new TemporaryFolder();
        using SpeechCorpus corpus = SmallCorpus.Prepare(folder);
        Assert.Equal([.. Enumerable.Repeat("long", 4), "quiet", .. Enumerable.Repeat("short", 30)], corpus.Recordings.Select(r => r.Voice));
        Assert.All(corpus.Recordings, r => Assert.Equal(("speech", "en", SmallCorpus.Licence, false, false, false), (r.Package, r.Language, r.Licence, r.Gpl, r.HeldOut, r.Synthetic)));
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(96000, corpus.Recordings[i].Samples);
            float[] expected = SmallCorpus.Tone(100 + (10 * i), 6), found = corpus.ReadFloats(i);
            Assert.All(Enumerable.Range(0, expected.Length), n => Assert.Equal(expected[n], found[n], 1f / 32768));
            ReadOnlySpan<float> pitch = corpus.Pitch(i);
            Assert.Equal(600, pitch.Length);
            foreach (float hertz in pitch[6..^6])
                Assert.Equal(100 + (10 * i), hertz, 0.5f);
        }

        corpus.Verify();
    }

    /// <summary>Frame g belongs to sample 160 g - 192: a tone that begins at sample 8000 is voiced from frame 51 on, give or take the tracker's 25 ms stretches.</summary>
    [Fact]
    public void The_pitch_grid_is_shifted_as_the_codec_wants_it()
    {
        using var folder = new TemporaryFolder();
        float[] tone = SmallCorpus.Tone(160, 1);
        SmallCorpus.Write(folder.At("speech", "a", "x.wav"), [.. new float[8000], .. tone, .. new float[8000]]);
        CorpusBuilder.Build(folder.At("corpus"), FolderSpeech.Find(folder.At("speech"), "en", "CC0-1.0"), [FolderSpeech.Source(folder.At("speech"), "")]);
        using SpeechCorpus corpus = SpeechCorpus.Open(folder.At("corpus"));
        float[] track = corpus.Pitch(0).ToArray();
        int first = Array.FindIndex(track, f => f > 0), last = Array.FindLastIndex(track, f => f > 0);

        // Symmetric in time about the tone's middle, sample 16000, which is frame (16000 + 192) / 160 = 101.2.
        Assert.Equal(101.2, (first + last) / 2.0, 1.0);
        Assert.InRange(first, 48, 53);
    }

    [Fact]
    public void Other_rates_and_channels_become_16_kHz_mono()
    {
        using var folder = new TemporaryFolder();
        var x = new float[44100];
        for (int i = 0; i < x.Length; i++)
            x[i] = (float)(0.3 * Math.Sin(2 * Math.PI * 440 * i / 44100));
        SmallCorpus.Write(folder.At("speech", "a", "x.wav"), x, 44100);
        CorpusBuilder.Build(folder.At("corpus"), FolderSpeech.Find(folder.At("speech"), "en", "CC0-1.0"), [FolderSpeech.Source(folder.At("speech"), "")]);
        using SpeechCorpus corpus = SpeechCorpus.Open(folder.At("corpus"));
        float[] found = corpus.ReadFloats(0);
        Assert.Equal(16000, found.Length);
        for (int i = 500; i < found.Length - 500; i++)
            Assert.Equal(0.3 * Math.Sin(2 * Math.PI * 440 * i / 16000), found[i], 1e-3);
    }

    [Fact]
    public void Copies_leave_the_training_set_but_not_the_held_out_list()
    {
        using var folder = new TemporaryFolder();
        foreach ((string name, double hertz) in new[] { ("a1", 100.0), ("a2", 100), ("b", 120), ("c1", 140), ("c2", 140) })
            SmallCorpus.Write(folder.At("speech", "v", name + ".wav"), SmallCorpus.Tone(hertz, 1));
        IReadOnlyList<SpeechFile> files = [.. FolderSpeech.Find(folder.At("speech"), "en", "CC0-1.0").Select(f => f with { HeldOut = f.Path is "v/a2.wav" or "v/c1.wav" or "v/c2.wav" })];
        CorpusBuildResult result = CorpusBuilder.Build(folder.At("corpus"), files, [FolderSpeech.Source(folder.At("speech"), "")]);
        Assert.Equal(["speech: v/a1.wav"], result.Duplicates);
        using SpeechCorpus corpus = SpeechCorpus.Open(folder.At("corpus"));
        Assert.Equal([("v/b.wav", false), ("v/a2.wav", true), ("v/c1.wav", true), ("v/c2.wav", true)], corpus.Recordings.Select(r => (r.Path, r.HeldOut)));
    }

    [Fact]
    public void Short_and_unreadable_files_are_told()
    {
        using var folder = new TemporaryFolder();
        SmallCorpus.Write(folder.At("speech", "v", "good.wav"), SmallCorpus.Tone(100, 1));
        SmallCorpus.Write(folder.At("speech", "v", "short.wav"), SmallCorpus.Tone(100, 0.09));
        CorpusBuildResult result = CorpusBuilder.Build(folder.At("corpus"), FolderSpeech.Find(folder.At("speech"), "en", "CC0-1.0"), [FolderSpeech.Source(folder.At("speech"), "")]);
        Assert.Equal(1, result.Recordings);
        Assert.Equal(["speech: v/short.wav"], result.TooShort);
        Assert.Empty(result.Unreadable);
    }

    [Fact]
    public void An_interrupted_preparation_goes_on_and_gives_the_same_corpus()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 60; i++)
            SmallCorpus.Write(folder.At("speech", "v", $"{i:00}.wav"), SmallCorpus.Tone(100 + i, 0.3));
        IReadOnlyList<SpeechFile> files = FolderSpeech.Find(folder.At("speech"), "en", "CC0-1.0");
        CorpusSource source = FolderSpeech.Source(folder.At("speech"), "");
        CorpusBuilder.Build(folder.At("whole"), files, [source]);
        Assert.Throws<OperationCanceledException>(() =>
        {
            try
            {
                CorpusBuilder.Build(folder.At("parts"), files, [source], new Interrupt(20));
            }
            catch (AggregateException e) when (e.InnerExceptions[0] is OperationCanceledException inner)
            {
                throw inner;
            }
        });
        Assert.False(File.Exists(folder.At("parts", "index.json")));
        Assert.NotEmpty(Directory.GetFiles(folder.At("parts", ".unfinished", "clips"), "*.s16"));
        CorpusBuilder.Build(folder.At("parts"), files, [source]);
        Assert.Equal(["index.json", "pitch.f32", "samples.s16"], Directory.EnumerateFileSystemEntries(folder.At("parts")).Select(Path.GetFileName).Order());
        foreach (string name in new[] { "index.json", "pitch.f32", "samples.s16" })
            Assert.Equal(File.ReadAllBytes(folder.At("whole", name)), File.ReadAllBytes(folder.At("parts", name)));
    }

    [Fact]
    public void A_folder_with_a_corpus_is_not_overwritten()
    {
        using var folder = new TemporaryFolder();
        SmallCorpus.Prepare(folder).Dispose();
        CorpusException e = Assert.Throws<CorpusException>(() => CorpusBuilder.RequireNone(folder.At("corpus")));
        Assert.StartsWith(folder.At("corpus"), e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CC-BY-4.0", false)]
    [InlineData("LGPL-2.1", false)]
    [InlineData("GPL-3 or LGPL-3", true)]
    [InlineData("GPL-2.0-or-later", true)]
    public void A_folder_under_the_GPL_is_marked(string licence, bool gpl)
    {
        using var folder = new TemporaryFolder();
        SmallCorpus.Write(folder.At("speech", "v", "a.wav"), SmallCorpus.Tone(100, 0.2));
        Assert.Equal(gpl, FolderSpeech.Find(folder.At("speech"), "en", licence).Single().Gpl);
    }

    [Fact]
    public void A_folder_without_audio_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.StartsWith(folder.Path, Assert.Throws<CorpusException>(() => FolderSpeech.Find(folder.Path, "en", "CC0-1.0")).Message, StringComparison.Ordinal);
        Assert.StartsWith(folder.At("none"), Assert.Throws<CorpusException>(() => FolderSpeech.Find(folder.At("none"), "en", "CC0-1.0")).Message, StringComparison.Ordinal);
    }

    private sealed class Interrupt(int after) : IProgress<(string Stage, double Done)>
    {
        private int _count;

        public void Report((string Stage, double Done) value)
        {
            if (Interlocked.Increment(ref _count) >= after)
                throw new OperationCanceledException();
        }
    }
}
