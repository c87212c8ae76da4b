using System.Globalization;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Safetensors;
using Qwen3Tokenizer.Edge.Reference;
using Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;

namespace Qwen3Tokenizer.Edge.Tests.Distillation;

/// <summary>Students of a full-size teacher: a codec that writes and reads its tokens, and a decoder that only reads them.</summary>
public sealed class FullTeacherRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FullTeacherRunTests() => SmallCorpus.Prepare(_folder, f => f with { HeldOut = f.Voice == "long" && f.Path.EndsWith("r3.wav", StringComparison.Ordinal) }).Dispose();

    [Fact]
    public void A_run_that_was_interrupted_in_either_stage_ends_with_the_same_bytes()
    {
        string whole = _folder.At("whole.json"), parts = _folder.At("parts.json");
        Assert.Equal(12, DistillRun.Train(Options(whole)).Steps);
        foreach ((string stage, int stop) in (ReadOnlySpan<(string, int)>)[("encoder", 2), ("encoder", 5), ("decoder", 4)])
        {
            using var source = new CancellationTokenSource();
            DistillRun.Train(Options(parts), watch: s => CancelAt(s, stage, stop, source), cancel: source.Token);
            Assert.True(source.IsCancellationRequested);
        }

        Assert.Equal(12, DistillRun.Train(Options(parts)).Steps);
        Assert.Equal(File.ReadAllBytes(Path.ChangeExtension(whole, ".safetensors")), File.ReadAllBytes(Path.ChangeExtension(parts, ".safetensors")));
        Assert.Equal(File.ReadAllText(_folder.At("whole.run", "encoder.run", "codes.tsv")), File.ReadAllText(_folder.At("parts.run", "encoder.run", "codes.tsv")));
    }

    [Fact]
    public void Its_tokens_are_the_teachers_in_both_directions()
    {
        string path = _folder.At("student.json");
        DistillRun.Train(Options(path));
        EdgeModel student = EdgeModel.Load(path);
        using Qwen3TtsTokenizer teacher = Qwen3TtsTokenizer.FromPretrained(Qwen3Golden.Folder("tiny"), "cpu");
        Assert.Equal(teacher.Space, student.Config.Space);
        Assert.Equal((16, 256), (student.Config.NumQuantizers, student.Config.CodebookSize));
        float[] speech = SmallCorpus.Tone(120, 1);
        TokenClip written = EdgeCodec.Encode(student, speech), heard = teacher.Encode(speech, 16000).AudioCodes[0];
        Assert.NotEmpty(teacher.Decode(written).Waves[0]);
        Assert.Equal(heard.Frames * 1280, EdgeCodec.Decode(student, heard).Length);
    }

    [Fact]
    public void Learning_brings_the_cross_entropy_below_that_of_guessing()
    {
        var bits = new List<double>();
        DistillRun.Train(Options(_folder.At("learn.json")) with { Steps = 240, LogEvery = 40 }, watch: s => bits.Add(s.Stage == "encoder" ? s.Loss.CodeBits : 0));
        Assert.InRange(bits[2], 0.01, 7.8);
        Assert.InRange(bits[2], 0.01, 0.95 * bits[0]);

        // A guess of one among 256 costs 8 bits. The held-out tone gets a table with a row of every layer.
        string[] rows = File.ReadAllLines(_folder.At("learn.run", "encoder.run", "codes.tsv"));
        Assert.Equal(19, rows.Length);
        Assert.Equal("layer\tentropy_bits\tcross_entropy_bits\tlikeliest\twritten", rows[0]);
        Assert.StartsWith("mean\t", rows[^1], StringComparison.Ordinal);

        // Six seconds are held out: 75 frames. The card says the same as the table.
        Assert.Equal("frames\t75", rows[1]);
        string card = File.ReadAllText(_folder.At("learn.card.md"));
        Assert.Contains("75 frames", card, StringComparison.Ordinal);
        Assert.Contains($"| mean | {double.Parse(rows[^1].Split('\t')[1], CultureInfo.InvariantCulture).ToString("0.00", CultureInfo.InvariantCulture)} |", card, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_card_and_report_show_both_stages_and_both_ways()
    {
        DistillRun.Train(Options(_folder.At("student.json")));
        string card = File.ReadAllText(_folder.At("student.card.md")), page = File.ReadAllText(_folder.At("student.run", "report.html"));
        foreach (string told in (string[])["| steps | 12 of 12 |", "distilled from tiny", "Encoder and codebooks have learnt to write the teacher's codes", "Decoding the teacher's tokens:", "Decoding its own tokens:"])
        {
            Assert.Contains(told, card, StringComparison.Ordinal);
        }

        foreach (string told in (string[])["</i>encoder</span>", "</i>decoder</span>", "Code cross-entropy", "Spectral distance"])
        {
            Assert.Contains(told, page, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(_folder.At("student.run", "encoder.card.md")));
    }

    [Fact]
    public void A_decoder_learns_the_teachers_tokens_without_an_encoder()
    {
        string path = _folder.At("meter.json");
        DistillRun.Train(Options(path) with { Student = "meter", Steps = 2 });
        EdgeModel student = EdgeModel.Load(path);
        Assert.Equal((4, 256), (student.Config.NumQuantizers, student.Config.CodebookSize));
        Assert.False(File.Exists(_folder.At("meter.run", "encoder.json")));
    }

    [Fact]
    public void A_student_may_learn_to_sound_like_the_teacher()
    {
        string path = _folder.At("alike.json");
        DistillRun.Train(Options(path) with { Student = "meter", Steps = 2, TeacherWaves = true });
        Assert.NotEmpty(Directory.GetFiles(_folder.At("cache", "codes"), "*.wave", SearchOption.AllDirectories));
        Assert.Contains("the teacher's own decoder", File.ReadAllText(Path.ChangeExtension(path, ".card.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_beginning_in_another_token_space_is_refused()
    {
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => DistillRun.Train(Options(_folder.At("other.json")) with { Student = "meter", Start = "edge-meter" }));
        Assert.Contains("edge-meter: token_space: is", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static void CancelAt(RunStatus status, string stage, int step, CancellationTokenSource source)
    {
        if (status.Stage == stage && status.Step == step)
        {
            source.Cancel();
        }
    }

    private DistillOptions Options(string output) => new(Qwen3Golden.Folder("tiny"), TinyStudents.Codec(_folder.Path, 16, 256), _folder.At("corpus"), output)
    {
        Steps = 12, Threads = 2, Sequences = 3, Frames = 6, Levels = 1, LogEvery = 1, Cache = _folder.At("cache"), Device = "cpu",
    };
}
