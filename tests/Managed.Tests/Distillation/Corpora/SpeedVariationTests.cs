using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

public sealed class SpeedVariationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // "long/r1.wav" is held out, "short" is under the GPL.
    private SpeechCorpus Prepare() => SmallCorpus.Prepare(_folder, f => f with { HeldOut = f.Path == "long/r1.wav", Gpl = f.Voice == "short" });

    private SpeechCorpus Vary(string name, bool includeGpl = false, params int[] speeds)
    {
        SpeedVariation.Create(_folder.At("corpus"), _folder.At(name), speeds, includeGpl);
        return SpeechCorpus.Open(_folder.At(name));
    }

    /// <summary>The tones' frequencies are those of <see cref="SmallCorpus.Prepare"/>; 5 cents are a twentieth of a semitone.</summary>
    [Fact]
    public void A_copy_has_the_original_s_pitch_times_its_speed()
    {
        Prepare().Dispose();
        using SpeechCorpus varied = Vary("varied", includeGpl: true, 85, 115);
        int copies = 0;
        for (int i = 0; i < varied.Recordings.Count; i++)
        {
            Recording r = varied.Recordings[i];
            string name = Path.GetFileNameWithoutExtension(r.Path);
            if (!r.IsVaried || name == "q")
                continue;
            int number = int.Parse(name[1..], System.Globalization.CultureInfo.InvariantCulture);
            double hertz = (name[0] == 'r' ? 100 + (10 * number) : 200 + (5 * number)) * r.SpeedPercent / 100.0;
            float[] track = varied.Pitch(i).ToArray();
            Assert.All(track[6..^6], found => Assert.Equal(0, 1200 * Math.Log2(found / hertz), 5.0));
            copies++;
        }

        Assert.Equal(2 * (3 + 30), copies);
    }

    /// <summary>A tone from sample 8000 to 24000 lies between 8000 / speed and 24000 / speed; frame g belongs to sample 160 g - 192.</summary>
    [Theory]
    [InlineData(85)]
    [InlineData(115)]
    public void Voicing_moves_with_the_time_axis(int speed)
    {
        SmallCorpus.Write(_folder.At("speech", "a", "x.wav"), [.. new float[8000], .. SmallCorpus.Tone(160, 1), .. new float[8000]]);
        CorpusBuilder.Build(_folder.At("corpus"), FolderSpeech.Find(_folder.At("speech"), "en", "CC0-1.0"), [FolderSpeech.Source(_folder.At("speech"), "")]);
        using SpeechCorpus varied = Vary("varied", false, speed);
        float[] track = varied.Pitch(1).ToArray();
        int first = Array.FindIndex(track, f => f > 0), last = Array.FindLastIndex(track, f => f > 0);
        Assert.Equal(((16000 * 100.0 / speed) + 192) / 160, (first + last) / 2.0, 1.0);
        Assert.Equal(((8000 * 100.0 / speed) + 192) / 160, first, 3.0);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(85)]
    [InlineData(115)]
    [InlineData(133)]
    [InlineData(200)]
    public void A_sine_becomes_a_sine_of_another_frequency(int speed)
    {
        static short Sine(double hertz, int i) => (short)Math.Round(10000 * Math.Sin(2 * Math.PI * hertz * i / 16000));
        short[] found = SpeedVariation.AtSpeed([.. Enumerable.Range(0, 16000).Select(i => Sine(1000, i))], speed);
        Assert.Equal(16000 * 100 / speed / 160 * 160, found.Length);
        Assert.All(Enumerable.Range(500, found.Length - 1000), i => Assert.Equal(Sine(10.0 * speed, i), found[i], 3.0));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(87)]
    [InlineData(125)]
    [InlineData(199)]
    public void A_long_recording_in_pieces_is_what_the_whole_would_be(int speed)
    {
        var random = new Random(5);
        short[] pcm = [.. Enumerable.Range(0, 95 * 16000).Select(_ => (short)random.Next(-20000, 20000))];
        float[] whole = Resampler.Resample([.. pcm.Select(s => s / 32768f)], speed, 100);
        short[] found = SpeedVariation.AtSpeed(pcm, speed);
        Assert.Equal(whole.Length / 160 * 160, found.Length);
        Assert.True(found.AsSpan().SequenceEqual([.. whole.Take(found.Length).Select(x => (short)Math.Clamp(MathF.Round(x * 32768), -32768, 32767))]));
    }

    [Fact]
    public void Originals_stay_as_they_are_and_only_training_recordings_have_copies()
    {
        using SpeechCorpus corpus = Prepare();
        using SpeechCorpus varied = Vary("varied", false, 85, 115);
        varied.Verify();
        int count = corpus.Recordings.Count;
        Assert.Equal(corpus.Recordings, varied.Recordings.Take(count));
        for (int i = 0; i < count; i++)
        {
            Assert.True(corpus.Samples(i).SequenceEqual(varied.Samples(i)));
            Assert.True(corpus.Pitch(i).SequenceEqual(varied.Pitch(i)));
        }

        Recording[] copies = [.. varied.Recordings.Skip(count)];
        (string, string)[] expected = [.. new[] { "0.85", "1.15" }.SelectMany(s => new[] { ($"long@{s}", "long/r0.wav"), ($"long@{s}", "long/r2.wav"), ($"long@{s}", "long/r3.wav"), ($"quiet@{s}", "quiet/q.wav") })];
        Assert.Equal(expected, copies.Select(r => (r.Voice, r.Path)));
        Assert.All(copies, r => Assert.Equal(("speech", "en", SmallCorpus.Licence, false, false, false), (r.Package, r.Language, r.Licence, r.Gpl, r.HeldOut, r.Synthetic)));
        Assert.All(copies, r => Assert.EndsWith(r.SpeedPercent == 85 ? "@0.85" : "@1.15", r.Voice, StringComparison.Ordinal));
    }

    [Fact]
    public void Minutes_of_sources_are_counted_once_and_copies_apart()
    {
        using SpeechCorpus corpus = Prepare();
        using SpeechCorpus varied = Vary("varied", true, 80);
        Assert.Equal(corpus.Sources.Select(s => s with { VariedRecordings = 0, VariedMinutes = 0 }), varied.Sources.Select(s => s with { VariedRecordings = 0, VariedMinutes = 0 }));

        // 18 s and 4 s outside the GPL, 15 s under it; at 0.8 they are a quarter longer: 0.625 s is cut to 0.62 s.
        CorpusSourceUse free = varied.Sources.Single(s => !s.Gpl), gpl = varied.Sources.Single(s => s.Gpl);
        Assert.Equal((4, 30), (free.VariedRecordings, gpl.VariedRecordings));
        Assert.Equal(27.5 / 60, free.VariedMinutes, 9);
        Assert.Equal(18.6 / 60, gpl.VariedMinutes, 9);
        Assert.All(corpus.Sources, s => Assert.Equal((0, 0.0), (s.VariedRecordings, s.VariedMinutes)));
    }

    [Fact]
    public void The_hash_tells_speeds_apart_and_is_the_same_every_time()
    {
        Prepare().Dispose();
        using SpeechCorpus corpus = SpeechCorpus.Open(_folder.At("corpus")), slow = Vary("slow", false, 85), again = Vary("again", false, 85), fast = Vary("fast", false, 115);
        Assert.Equal(slow.Hash, again.Hash);
        Assert.Equal(3, new[] { corpus.Hash, slow.Hash, fast.Hash }.Distinct().Count());
        string index = _folder.At("slow", "index.json");
        File.WriteAllText(index, File.ReadAllText(index).Replace("\"speedPercent\": 85", "\"speedPercent\": 86", StringComparison.Ordinal));
        using SpeechCorpus changed = SpeechCorpus.Open(_folder.At("slow"));
        Assert.Contains("sha256", Assert.Throws<CorpusException>(changed.Verify).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_without_speeds_is_one_of_originals()
    {
        Prepare().Dispose();
        string index = _folder.At("corpus", "index.json"), text = File.ReadAllText(index);
        string without = System.Text.RegularExpressions.Regex.Replace(text, ",\\s*\"speedPercent\": 100", "");
        Assert.NotEqual(text, without);
        File.WriteAllText(index, without);
        using SpeechCorpus corpus = SpeechCorpus.Open(_folder.At("corpus"));
        corpus.Verify();
        Assert.All(corpus.Recordings, r => Assert.Equal(100, r.SpeedPercent));
    }

    [Fact]
    public void Copies_of_less_than_a_tenth_of_a_second_are_told_and_left_out()
    {
        SmallCorpus.Write(_folder.At("speech", "v", "a.wav"), SmallCorpus.Tone(150, 0.11));
        SmallCorpus.Write(_folder.At("speech", "v", "b.wav"), SmallCorpus.Tone(150, 1));
        CorpusBuilder.Build(_folder.At("corpus"), FolderSpeech.Find(_folder.At("speech"), "en", "CC0-1.0"), [FolderSpeech.Source(_folder.At("speech"), "")]);
        CorpusBuildResult result = SpeedVariation.Create(_folder.At("corpus"), _folder.At("varied"), [125]);
        Assert.Equal(["speech: v/a.wav (v@1.25)"], result.TooShort);
        Assert.Equal(3, result.Recordings);
    }

    [Fact]
    public void What_fails_leaves_nothing_behind()
    {
        Prepare().Dispose();
        Assert.Throws<OperationCanceledException>(() => SpeedVariation.Create(_folder.At("corpus"), _folder.At("varied"), [85], progress: new Interrupt()));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.At("varied")));
        using SpeechCorpus varied = Vary("varied", false, 85);
        Assert.Equal(["index.json", "pitch.f32", "samples.s16"], Directory.EnumerateFileSystemEntries(_folder.At("varied")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_damaged_original_is_not_varied()
    {
        Prepare().Dispose();
        string path = _folder.At("corpus", "samples.s16");
        byte[] bytes = File.ReadAllBytes(path);
        bytes[4001] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains("sha256", Refusal("varied", 85), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("varied", "index.json")));
    }

    [Fact]
    public void Wrong_speeds_and_folders_are_refused()
    {
        Prepare().Dispose();
        Assert.Contains("none", Refusal("a"), StringComparison.Ordinal);
        Assert.Contains("100 %", Refusal("a", 85, 100), StringComparison.Ordinal);
        Assert.Contains("49 %", Refusal("a", 49), StringComparison.Ordinal);
        Assert.Contains("201 %", Refusal("a", 201), StringComparison.Ordinal);
        Assert.Contains("twice", Refusal("a", 85, 115, 85), StringComparison.Ordinal);
        Assert.StartsWith(_folder.At("corpus"), Refusal("corpus", 85), StringComparison.Ordinal);
        using (Vary("varied", false, 85))
        {
        }

        string twice = Assert.Throws<CorpusException>(() => SpeedVariation.Create(_folder.At("varied"), _folder.At("a"), [115])).Message;
        Assert.StartsWith($"{_folder.At("varied")}: recordings: \"long@0.85\"", twice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_voice_that_has_a_copy_s_name_already_is_told()
    {
        SmallCorpus.Write(_folder.At("speech", "v", "a.wav"), SmallCorpus.Tone(150, 1));
        SmallCorpus.Write(_folder.At("speech", "v@1.1", "b.wav"), SmallCorpus.Tone(170, 1));
        CorpusBuilder.Build(_folder.At("corpus"), FolderSpeech.Find(_folder.At("speech"), "en", "CC0-1.0"), [FolderSpeech.Source(_folder.At("speech"), "")]);
        Assert.Contains("recordings[0].voice", Refusal("varied", 110), StringComparison.Ordinal);
    }

    private string Refusal(string folder, params int[] speeds) => Assert.Throws<CorpusException>(() => SpeedVariation.Create(_folder.At("corpus"), _folder.At(folder), speeds)).Message;

    private sealed class Interrupt : IProgress<(string Stage, double Done)>
    {
        public void Report((string Stage, double Done) value)
        {
            if (value.Stage.StartsWith("Resampling", StringComparison.Ordinal))
                throw new OperationCanceledException();
        }
    }
}
