using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Teachers;

/// <summary>A teacher's waves: decoded once, in time with the recordings, and what a student hears of them.</summary>
public sealed class WaveCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Workers _workers = new(2);
    private readonly SawTeacher _teacher = new();
    private readonly SpeechCorpus _corpus;

    public WaveCacheTests() => _corpus = SmallCorpus.Prepare(_folder);

    [Fact]
    public void A_wave_is_in_time_with_its_recording_and_as_long()
    {
        CodeCache codes = Codes();
        using WaveCache waves = WaveCache.Open(codes, _teacher, _workers);
        for (int block = 0; block < codes.Blocks.Count; block++)
        {
            var samples = new float[codes.Blocks[block].Samples];
            waves.Read(block, 0, samples);
            Assert.All(Enumerable.Range(0, samples.Length), i => Assert.Equal(SawTeacher.At(i), samples[i], 1.0 / 32768));
            var part = new float[100];
            waves.Read(block, 777, part);
            Assert.Equal(samples[777..877], part);
        }
    }

    [Fact]
    public void Waves_are_decoded_once_and_a_damaged_file_again()
    {
        CodeCache codes = Codes();
        WaveCache.Open(codes, _teacher, _workers).Dispose();
        Assert.Equal(codes.Blocks.Count, _teacher.Decoded);
        WaveCache.Open(codes, _teacher, _workers).Dispose();
        Assert.Equal(codes.Blocks.Count, _teacher.Decoded);
        string file = Directory.GetFiles(codes.Folder, "*.wave")[0];
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        WaveCache.Open(codes, _teacher, _workers).Dispose();
        Assert.Equal(codes.Blocks.Count + 1, _teacher.Decoded);
        Assert.Empty(Directory.GetFiles(codes.Folder, "*.tmp"));
    }

    [Fact]
    public void A_student_of_the_waves_hears_them_and_not_the_recordings()
    {
        const int Frames = 6;
        CodeCache codes = Codes();
        using WaveCache waves = WaveCache.Open(codes, _teacher, _workers);
        var speech = new CodedSpeech(_corpus, [codes], 1, 16000, Frames, waves: [waves]);
        var item = new TrainingItem(Frames, CodedSpeech.Hops, speech.TargetSamples, 1);
        for (int i = 0; i < 20; i++)
        {
            speech.Draw(1, i, 0, item);
            int first = (int)Math.Round((item.Target[0] + 0.5) * SawTeacher.Period);
            Assert.All(Enumerable.Range(0, item.Target.Length), k => Assert.Equal(SawTeacher.At(first + k), item.Target[k], 2.0 / 32768));

            // Codes count the frames of the block: the target begins 192 samples before its first.
            Assert.Equal(SawTeacher.At(((int)item.Codes[0] * 1280) + CorpusGrid.FirstPitchCentre), item.Target[0], 2.0 / 32768);
        }
    }

    public void Dispose()
    {
        _corpus.Dispose();
        _workers.Dispose();
        _folder.Dispose();
    }

    private CodeCache Codes() => CodeCache.Open(_corpus, _teacher, CodeCache.Split(_corpus, r => r.Voice == "long"), 0, _folder.At("cache"), _workers);

    // Codes are the numbers of the frames; its wave is a saw tooth, late by its delay.
    private sealed class SawTeacher : ITeacher
    {
        public const int Period = 1000;

        private int _decoded;

        public int Decoded => _decoded;

        public CodecFacts Facts { get; } = new("saw", "saw.json", default, new FrameRate(16000, 1280), 1, 1, 2048, 11, 300, CanEncode: true, null);

        public string Hash => new('d', 64);

        public IReadOnlyList<CodebookGroup> Codebooks => [];

        public static float At(int sample) => ((((sample % Period) + Period) % Period) / (float)Period) - 0.5f;

        public ushort[] Encode(ReadOnlySpan<float> samples) => [.. Enumerable.Range(0, (samples.Length + Facts.Delay + 1279) / 1280).Select(f => (ushort)f)];

        public float[] Decode(ReadOnlySpan<ushort> codes)
        {
            Interlocked.Increment(ref _decoded);
            return [.. Enumerable.Range(0, codes.Length * 1280).Select(i => At(i - Facts.Delay))];
        }

        public void Dispose()
        {
        }
    }
}
