using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Training;

public sealed class CodedSpeechTests : IDisposable
{
    private const int Frames = 16;
    private readonly TemporaryFolder _folder = new();
    private readonly Workers _workers = new(1);

    public void Dispose()
    {
        _workers.Dispose();
        _folder.Dispose();
    }

    private CodedSpeech Speech(SpeechCorpus corpus, SegmentOptions? drawing = null)
    {
        var teacher = new CountingTeacher();
        SpeechBlock[] blocks = CodeCache.Split(corpus, r => !r.HeldOut);
        return new CodedSpeech(corpus, [CodeCache.Open(corpus, teacher, blocks, 0, _folder.At("cache"), _workers)], 1, 16000, Frames, drawing: drawing);
    }

    /// <summary>24 s, 15 s and 4 s; at 0.8 they are 30 s, 18.6 s and 5 s, and count 0.7: the rule of the segments that other training draws.</summary>
    [Fact]
    public void Voices_have_the_weights_of_the_segment_sampler()
    {
        SmallCorpus.Prepare(_folder).Dispose();
        SpeedVariation.Create(_folder.At("corpus"), _folder.At("varied"), [80]);
        using SpeechCorpus corpus = SpeechCorpus.Open(_folder.At("varied"));
        var options = new SegmentOptions { VoiceFactors = new Dictionary<string, double> { ["short"] = 2 } };
        IReadOnlyDictionary<string, double> found = Speech(corpus, options).VoiceShares, sampler = new SegmentSampler(corpus, options).VoiceShares;
        double[] weights =
        [
            Math.Pow(24.0 / 60, 0.75), 2 * Math.Pow(15.0 / 60, 0.75), Math.Pow(4.0 / 60, 0.75),
            0.7 * Math.Pow(30.0 / 60, 0.75), 1.4 * Math.Pow(18.6 / 60, 0.75), 0.7 * Math.Pow(5.0 / 60, 0.75),
        ];
        string[] voices = ["long", "short", "quiet", "long@0.8", "short@0.8", "quiet@0.8"];
        Assert.Equal(voices.Order(), found.Keys.Order());
        for (int i = 0; i < voices.Length; i++)
        {
            Assert.Equal(weights[i] / weights.Sum(), found[voices[i]], 9);
            Assert.Equal(sampler[voices[i]], found[voices[i]], 9);
        }
    }

    /// <summary>The teacher's code is the frame's number in its block, so that a sequence tells where it was drawn: the corpus's pitch and samples there must be the sequence's.</summary>
    [Fact]
    public void A_sequence_has_the_codes_the_pitch_and_the_samples_of_one_place()
    {
        using SpeechCorpus corpus = SmallCorpus.Prepare(_folder);
        CodedSpeech speech = Speech(corpus);
        SpeechBlock[] blocks = CodeCache.Split(corpus, _ => true);
        var item = new TrainingItem(Frames, CodedSpeech.Hops, speech.TargetSamples, 1);
        var seen = new HashSet<string>();
        for (int step = 0; step < 60; step++)
        {
            speech.Draw(3, step, 0, item);
            Assert.Equal(Enumerable.Range(0, Frames).Select(f => item.Codes[0] + f), item.Codes);
            SpeechBlock[] fitting = [.. blocks.Where(b => Fits(corpus, b, item))];
            seen.Add(Assert.Single(fitting).Voice);
        }

        // The quiet voice is drawn again until it is given up.
        Assert.Superset(new HashSet<string> { "long", "short" }, seen);
    }

    [Fact]
    public void A_sequence_depends_on_seed_step_and_item_alone()
    {
        using SpeechCorpus corpus = SmallCorpus.Prepare(_folder);
        CodedSpeech first = Speech(corpus), second = Speech(corpus);
        TrainingItem New() => new(Frames, CodedSpeech.Hops, first.TargetSamples, 1);
        TrainingItem a = New(), b = New();
        first.Draw(1, 5, 1, a);
        first.Draw(1, 6, 1, b);
        Assert.NotEqual(a.Target, b.Target);
        second.Draw(1, 5, 1, b);
        Assert.Equal(a.Target, b.Target);
        Assert.Equal(a.Codes, b.Codes);
        Assert.Equal(a.Pitch, b.Pitch);
    }

    // At the corpus's own rate the target is the speech itself, from the centre of the first head row on.
    private static bool Fits(SpeechCorpus corpus, SpeechBlock block, TrainingItem item)
    {
        long first = block.Offset + ((long)item.Codes[0] * CorpusGrid.TokenSamples);
        if (first - block.Offset + (Frames * CorpusGrid.TokenSamples) + CorpusGrid.PitchHop > block.Samples)
            return false;
        ReadOnlySpan<short> pcm = corpus.SamplesAt(first + CorpusGrid.FirstPitchCentre, item.Target.Length);
        for (int i = 0; i < pcm.Length; i++)
        {
            if (Math.Abs((pcm[i] / 32768f) - item.Target[i]) > 1e-6)
                return false;
        }

        ReadOnlySpan<float> pitch = corpus.PitchAt(first / CorpusGrid.PitchHop, (2 * (item.Pitch.Length - 1)) + 1);
        for (int t = 0; t < item.Pitch.Length; t++)
            Assert.Equal(pitch[2 * t], item.Pitch[t]);
        return true;
    }

    private sealed class CountingTeacher : ITeacher
    {
        public CodecFacts Facts { get; } = new("counting", "counting.json", default, new FrameRate(16000, 1280), 1, 1, 2048, 11, 0, CanEncode: true, null);

        public string Hash => new('c', 64);

        public IReadOnlyList<CodebookGroup> Codebooks => [];

        public float[] Decode(ReadOnlySpan<ushort> codes) => throw new NotSupportedException();

        public void Dispose()
        {
        }

        public ushort[] Encode(ReadOnlySpan<float> samples) => [.. Enumerable.Range(0, (samples.Length + 1279) / 1280).Select(f => (ushort)f)];
    }
}
