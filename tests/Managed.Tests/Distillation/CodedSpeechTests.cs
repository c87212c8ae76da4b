using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation;

/// <summary>Cached codes and the sequences drawn beside them. The teacher's code of a frame is its sample in the middle, so that a sequence tells where it was cut.</summary>
public sealed class CodedSpeechTests : IDisposable
{
    private const int Frames = 8;

    private readonly TemporaryFolder _folder = new();
    private readonly SpeechCorpus _corpus;
    private readonly Workers _workers = new(2);
    private readonly MiddleTeacher _teacher = new();

    public CodedSpeechTests() => _corpus = SmallCorpus.Prepare(_folder);

    [Fact]
    public void Blocks_cover_the_recordings_once_and_stay_within_a_voice()
    {
        SpeechBlock[] blocks = CodeCache.Split(_corpus, r => r.Voice != "quiet");
        Assert.Equal(_corpus.Recordings.Where(r => r.Voice != "quiet").Sum(r => (long)r.Samples), blocks.Sum(b => (long)b.Samples));
        Assert.Equal(["long", "short"], blocks.Select(b => b.Voice).Distinct().Order());
        Assert.All(blocks, b => Assert.InRange(b.Samples, 1, 60 * CorpusGrid.SampleRate));
    }

    [Fact]
    public void Codes_are_computed_once()
    {
        int blocks = Open(0).Blocks.Count;
        Assert.Equal(blocks, _teacher.Calls);
        Open(0);
        Assert.Equal(blocks, _teacher.Calls);
        Open(1);
        Assert.Equal(2 * blocks, _teacher.Calls);
    }

    [Fact]
    public void A_damaged_file_is_computed_again()
    {
        CodeCache first = Open(0);
        ushort[] codes = first.Codes(0).ToArray();
        string file = Directory.GetFiles(_folder.Path, "*.codes", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        int calls = _teacher.Calls;
        CodeCache second = Open(0);
        Assert.Equal(calls + 1, _teacher.Calls);
        Assert.Equal(codes, second.Codes(0));
    }

    [Fact]
    public void Codes_target_and_pitch_of_a_sequence_belong_together()
    {
        CodeCache[] levels = [Open(0), Open(1)];
        var speech = new CodedSpeech(_corpus, levels, MiddleTeacher.LayerCount, CorpusGrid.SampleRate, Frames);
        var item = new TrainingItem(Frames, CodedSpeech.Hops, speech.TargetSamples, 2);
        for (int i = 0; i < 40; i++)
        {
            speech.Draw(3, 5, i, item);
            for (int f = 1; f < Frames - 1; f++)
            {
                // The target begins 192 samples before the first frame.
                float middle = item.Target[(f * CorpusGrid.TokenSamples) + (CorpusGrid.TokenSamples / 2) - CorpusGrid.FirstPitchCentre];
                Assert.Equal(MiddleTeacher.CodeOf(middle), (ushort)item.Codes[f * 2]);
            }

            // Every recording of the corpus has one pitch.
            float[] voiced = [.. item.Pitch.Where(p => p > 0)];
            Assert.NotEmpty(voiced);
            Assert.All(voiced, p => Assert.InRange(p, 95, 400));
        }
    }

    [Fact]
    public void A_sequence_depends_on_seed_step_and_item_alone()
    {
        var speech = new CodedSpeech(_corpus, [Open(0)], MiddleTeacher.LayerCount, 8000, Frames);
        TrainingItem Draw(ulong seed, long step, int item)
        {
            var into = new TrainingItem(Frames, CodedSpeech.Hops, speech.TargetSamples, 2);
            speech.Draw(seed, step, item, into);
            return into;
        }

        Assert.Equal(Draw(1, 2, 3).Target, Draw(1, 2, 3).Target);

        // The signals are periodic, so that some of the beginnings are alike.
        Assert.InRange(Enumerable.Range(0, 20).Select(i => string.Join(' ', Draw(1, i, 0).Target.Take(40))).Distinct().Count(), 10, 20);
    }

    [Fact]
    public void Dropped_layers_are_absent_and_drawn_as_often_as_wanted()
    {
        var speech = new CodedSpeech(_corpus, [Open(0)], MiddleTeacher.LayerCount, 8000, Frames, [0.25, 0, 0.75]);
        var item = new TrainingItem(Frames, CodedSpeech.Hops, speech.TargetSamples, 3);
        int one = 0;
        for (int i = 0; i < 400; i++)
        {
            speech.Draw(1, i, 0, item);
            int kept = Enumerable.Range(0, 3).Count(l => item.Codes[l] >= 0);
            Assert.Contains(kept, (int[])[1, 3]);
            Assert.All(Enumerable.Range(0, Frames), f => Assert.Equal(kept, Enumerable.Range(0, 3).Count(l => item.Codes[(f * 3) + l] >= 0)));
            one += kept == 1 ? 1 : 0;
        }

        Assert.InRange(one, 70, 130);
    }

    [Fact]
    public void A_decimator_keeps_what_fits_and_removes_the_rest()
    {
        var decimator = new Decimator(2);
        double Level(double hertz)
        {
            float[] x = [.. Enumerable.Range(0, 4000).Select(i => (float)Math.Sin(2 * Math.PI * hertz * i / 16000))], y = new float[1900];
            decimator.Apply(x, y);
            return Math.Sqrt(2 * y.Sum(v => (double)v * v) / y.Length);
        }

        Assert.Equal(1, Level(1000), 0.01);
        Assert.Equal(1, Level(3500), 0.02);
        Assert.InRange(Level(4500), 0, 0.01);
        float[] same = [1, 2, 3], copy = new float[3];
        new Decimator(1).Apply(same, copy);
        Assert.Equal(same, copy);
    }

    public void Dispose()
    {
        _workers.Dispose();
        _corpus.Dispose();
        _folder.Dispose();
    }

    private CodeCache Open(int level) => CodeCache.Open(_corpus, _teacher, CodeCache.Split(_corpus, r => r.Voice != "quiet"), level, _folder.At("cache"), _workers);

    private sealed class MiddleTeacher : ITeacher
    {
        public const int LayerCount = 3;

        private int _calls;

        public int Calls => _calls;

        public CodecFacts Facts { get; } = new("middle", "middle", default, new FrameRate(16000, 1280), LayerCount, 1, 65535, 16, 0, true, null);

        public string Hash => new('a', 64);

        public IReadOnlyList<CodebookGroup> Codebooks => [];

        public static ushort CodeOf(float sample) => (ushort)(30000 + Math.Round(sample * 20000));

        public float[] Decode(ReadOnlySpan<ushort> codes) => throw new NotSupportedException();

        public void Dispose()
        {
        }

        public ushort[] Encode(ReadOnlySpan<float> samples)
        {
            Interlocked.Increment(ref _calls);
            var codes = new ushort[(samples.Length + 1279) / 1280 * LayerCount];
            for (int i = 0; i < codes.Length; i++)
            {
                int middle = (i / LayerCount * 1280) + 640;
                codes[i] = (ushort)(CodeOf(middle < samples.Length ? samples[middle] : 0) + (i % LayerCount));
            }

            return codes;
        }
    }
}
