using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

public sealed class SegmentSamplerTests : IDisposable
{
    private static readonly SegmentOptions Plain = new() { Seed = 7, MinGainDb = 0, MaxGainDb = 0, Dither = 0 };
    private readonly TemporaryFolder _folder = new();
    private readonly SpeechCorpus _corpus;

    public SegmentSamplerTests() => _corpus = SmallCorpus.Prepare(_folder);

    public void Dispose()
    {
        _corpus.Dispose();
        _folder.Dispose();
    }

    private static (SegmentOrigin Origin, float[] Samples, float[] Pitch) Draw(SegmentSampler sampler, long step, int item)
    {
        var (samples, pitch) = (new float[sampler.SampleCount], new float[sampler.PitchCount]);
        return (sampler.Draw(step, item, samples, pitch), samples, pitch);
    }

    [Fact]
    public void A_draw_depends_on_seed_step_and_item_alone()
    {
        var options = new SegmentOptions { Seed = 7 };
        var first = new SegmentSampler(_corpus, options);
        var results = Enumerable.Range(0, 20).Select(i => Draw(first, i / 4, i % 4)).ToArray();
        using SpeechCorpus again = SpeechCorpus.Open(_folder.At("corpus"));
        var second = new SegmentSampler(again, options);
        for (int i = 19; i >= 0; i--)
        {
            var other = Draw(second, i / 4, i % 4);
            Assert.Equal(results[i].Origin, other.Origin);
            Assert.Equal(results[i].Samples, other.Samples);
            Assert.Equal(results[i].Pitch, other.Pitch);
        }

        Assert.Equal(20, results.Select(r => r.Samples.Sum()).Distinct().Count());
        Assert.NotEqual(results[0].Samples, Draw(new SegmentSampler(_corpus, options with { Seed = 8 }), 0, 0).Samples);
    }

    [Fact]
    public void Samples_and_pitch_are_those_of_the_place_that_is_told()
    {
        var sampler = new SegmentSampler(_corpus, Plain);
        Assert.Equal((704 + (16 * 1280), (4 * 16) + 1), (sampler.SampleCount, sampler.PitchCount));
        for (int step = 0; step < 60; step++)
        {
            var (origin, samples, pitch) = Draw(sampler, step, 0);
            Assert.Equal(0, origin.Start % 160);
            Assert.Equal(1, origin.Gain);
            int stream = _corpus.Recordings.TakeWhile(r => r.Voice != origin.Voice).Sum(r => r.Samples);
            float[] all = [.. Enumerable.Range(0, _corpus.Recordings.Count).Where(i => _corpus.Recordings[i].Voice == origin.Voice).SelectMany(_corpus.ReadFloats)];
            float[] track = [.. Enumerable.Range(0, _corpus.Recordings.Count).Where(i => _corpus.Recordings[i].Voice == origin.Voice).SelectMany(i => _corpus.Pitch(i).ToArray())];
            int start = (int)_corpus.Recordings[origin.Recording].Offset - stream + origin.Start;
            Assert.Equal(all[(start - 704)..(start + (16 * 1280))], samples);
            Assert.Equal(Enumerable.Range(0, 65).Select(t => track[(start / 160) + (2 * t)]), pitch);
        }
    }

    [Fact]
    public void Long_recordings_are_not_left_and_short_ones_are_joined()
    {
        var sampler = new SegmentSampler(_corpus, Plain);
        var origins = Enumerable.Range(0, 200).Select(i => Draw(sampler, i, 1).Origin).ToArray();
        Assert.All(origins, o => Assert.Equal(o.Voice == "short", o.Joined));
        Assert.All(origins.Where(o => !o.Joined), o =>
        {
            Assert.True(o.Start >= 704);
            Assert.True(o.Start + (16 * 1280) < _corpus.Recordings[o.Recording].Samples);
        });
        Assert.Contains(origins, o => o.Joined);
        Assert.Contains(origins, o => !o.Joined);
    }

    /// <summary>Minutes to the power 3/4: 24 s, 15 s and 4 s of speech; a factor of 2 for the short ones.</summary>
    [Fact]
    public void Voices_are_drawn_by_their_minutes_and_factors()
    {
        var sampler = new SegmentSampler(_corpus, Plain with { VoiceFactors = new Dictionary<string, double> { ["s"] = 5, ["short"] = 2 } });
        double l = Math.Pow(0.4, 0.75), s = 2 * Math.Pow(0.25, 0.75), q = Math.Pow(4.0 / 60, 0.75);
        Assert.Equal(l / (l + s + q), sampler.VoiceShares["long"], 9);
        Assert.Equal(s / (l + s + q), sampler.VoiceShares["short"], 9);

        // Quiet segments are drawn again, so that the quiet voice hardly appears.
        int[] counts = new int[3];
        for (int i = 0; i < 2000; i++)
            counts[Array.IndexOf(["long", "short", "quiet"], Draw(sampler, i, 0).Origin.Voice)]++;
        Assert.InRange(counts[0] / (double)(counts[0] + counts[1]), (l / (l + s)) - 0.05, (l / (l + s)) + 0.05);
        Assert.InRange(counts[2], 0, 40);
    }

    /// <summary>24 s and 15 s and 4 s of originals; at 0.8 they are 30 s, 18.6 s and 5 s, and count 0.7.</summary>
    [Fact]
    public void Voices_at_other_speeds_have_weights_of_their_own()
    {
        SpeedVariation.Create(_folder.At("corpus"), _folder.At("varied"), [80]);
        using SpeechCorpus varied = SpeechCorpus.Open(_folder.At("varied"));
        IReadOnlyDictionary<string, double> shares = new SegmentSampler(varied, Plain).VoiceShares;
        double[] weights = [.. new[] { 24.0, 15, 4 }.Select(s => Math.Pow(s / 60, 0.75)), .. new[] { 30.0, 18.6, 5 }.Select(s => 0.7 * Math.Pow(s / 60, 0.75))];
        Assert.Equal(weights.Select(w => Math.Round(w / weights.Sum(), 9)), new[] { "long", "short", "quiet", "long@0.8", "short@0.8", "quiet@0.8" }.Select(v => Math.Round(shares[v], 9)));
        double all = new SegmentSampler(varied, Plain with { VariedFactor = 0 }).VoiceShares.Where(v => v.Key.Contains('@', StringComparison.Ordinal)).Sum(v => v.Value);
        Assert.Equal(0, all);
    }

    [Fact]
    public void Gain_stays_within_its_range_and_below_the_peak()
    {
        var sampler = new SegmentSampler(_corpus, Plain with { MinGainDb = -14, MaxGainDb = 40 });
        float[] gains = new float[100];
        for (int i = 0; i < gains.Length; i++)
        {
            var (origin, samples, _) = Draw(sampler, i, 0);
            gains[i] = origin.Gain;
            Assert.True(origin.Gain >= Math.Pow(10, -14 / 20.0) * 0.999);
            Assert.True(Math.Abs(TensorPrimitives.MaxMagnitude<float>(samples)) <= 0.9801);
        }

        Assert.True(gains.Max() / gains.Min() > 3);
    }

    [Fact]
    public void Dither_has_the_level_that_is_asked_for()
    {
        var (_, clean, _) = Draw(new SegmentSampler(_corpus, Plain), 3, 0);
        var (_, dithered, _) = Draw(new SegmentSampler(_corpus, Plain with { Dither = 1e-3 }), 3, 0);
        double rms = Math.Sqrt(clean.Zip(dithered, (a, b) => (double)(a - b) * (a - b)).Average());
        Assert.Equal(1e-3, rms, 5e-5);
    }

    [Fact]
    public void Nothing_held_out_or_under_the_GPL_is_drawn_unless_asked_for()
    {
        using var folder = new TemporaryFolder();
        using SpeechCorpus corpus = SmallCorpus.Prepare(folder, f => f with { HeldOut = f.Path == "long/r1.wav", Gpl = f.Voice == "short" });
        var sampler = new SegmentSampler(corpus, Plain);
        Assert.Equal(["long", "quiet"], sampler.VoiceShares.Keys.Order());
        for (int i = 0; i < 100; i++)
            Assert.NotEqual("long/r1.wav", corpus.Recordings[Draw(sampler, i, 0).Origin.Recording].Path);
        Assert.Contains("short", new SegmentSampler(corpus, Plain with { IncludeGpl = true }).VoiceShares.Keys);
        Assert.Contains("corpus", Assert.Throws<CorpusException>(() => new SegmentSampler(corpus, Plain with { Tokens = 1000 })).Message, StringComparison.Ordinal);
    }
}
