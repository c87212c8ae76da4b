using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Safetensors;
using Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation;

/// <summary>Whole runs on a small corpus: what is written, and that an interrupted run ends with the very same bytes.</summary>
public sealed class RunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RunTests() => SmallCorpus.Prepare(_folder).Dispose();

    [Fact]
    public void A_distillation_that_was_interrupted_ends_with_the_same_bytes()
    {
        string whole = _folder.At("whole.json"), parts = _folder.At("parts.json");
        Assert.Equal(9, DistillRun.Train(Options(whole)).Steps);
        foreach (int stop in (int[])[4, 7])
        {
            using var source = new CancellationTokenSource();
            Assert.Equal(stop, DistillRun.Train(Options(parts), watch: s => CancelAt(s, stop, source), cancel: source.Token).Steps);
        }

        Assert.Equal(9, DistillRun.Train(Options(parts)).Steps);
        Assert.Equal(File.ReadAllBytes(Path.ChangeExtension(whole, ".safetensors")), File.ReadAllBytes(Path.ChangeExtension(parts, ".safetensors")));
    }

    [Fact]
    public void A_distilled_student_is_a_model_of_its_teachers_token_space()
    {
        string path = _folder.At("student.json");
        DistillRun.Train(Options(path));
        EdgeModel student = EdgeModel.Load(path), teacher = EdgeModel.Load("edge-light");
        Assert.Equal(teacher.Config.Space, student.Config.Space);
        TokenClip clip = EdgeCodec.Encode(teacher, SmallCorpus.Tone(120, 1));
        Assert.Equal(clip.Frames * student.Config.SamplesPerToken, EdgeCodec.Decode(student, clip).Length);
        Assert.Equal(10, File.ReadAllLines(_folder.At("student.run", "log.tsv")).Length);
    }

    [Fact]
    public void Training_lowers_the_loss()
    {
        var losses = new List<double>();
        DistillRun.Train(Options(_folder.At("learn.json")) with { Steps = 200, LogEvery = 40, LearningRate = 5e-3 }, watch: s => losses.Add(s.Loss.Total));
        Assert.Equal(5, losses.Count);
        Assert.InRange(losses[^1], 0, 0.8 * losses[0]);
    }

    [Fact]
    public void A_checkpoint_of_another_run_is_refused()
    {
        DistillOptions options = Options(_folder.At("other.json"));
        DistillRun.Train(options);
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => DistillRun.Train(options with { Seed = 2 }));
        Assert.Contains("checkpoint.safetensors: identity:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_codec_that_was_interrupted_in_every_stage_ends_with_the_same_bytes()
    {
        string whole = _folder.At("codec.json"), parts = _folder.At("codec-parts.json");
        Assert.Equal(30, TrainRun.Train(CodecOptions(whole)).Steps);
        foreach (int stop in (int[])[3, 11, 25])
        {
            using var source = new CancellationTokenSource();
            Assert.Equal(stop, TrainRun.Train(CodecOptions(parts), watch: s => CancelAt(s, stop, source), cancel: source.Token).Steps);
        }

        Assert.Equal(30, TrainRun.Train(CodecOptions(parts)).Steps);
        Assert.Equal(File.ReadAllBytes(Path.ChangeExtension(whole, ".safetensors")), File.ReadAllBytes(Path.ChangeExtension(parts, ".safetensors")));
        EdgeModel model = EdgeModel.Load(whole);
        TokenClip clip = EdgeCodec.Encode(model, SmallCorpus.Tone(140, 0.5));
        Assert.All(clip.Codes.ToArray(), code => Assert.InRange(code, 0, 15));
        Assert.NotEmpty(EdgeCodec.Decode(model, clip));
    }

    [Fact]
    public void A_codec_that_is_trained_further_begins_where_it_ended()
    {
        string first = _folder.At("first.json");
        double fresh = 0, before = 0, after = 0;
        TrainRun.Train(CodecOptions(first) with { Steps = 300, LogEvery = 20 }, watch: s => (fresh, before) = (fresh == 0 ? s.Loss.Total : fresh, s.Loss.Total));
        TrainRun.Train(Further(_folder.At("second.json"), first) with { LogEvery = 10 }, watch: s => after = after == 0 ? s.Loss.Total : after);
        Assert.InRange(before, 0, 0.92 * fresh);
        Assert.InRange(after, 0.97 * before, 1.03 * before);
        Assert.NotEqual(EdgeModel.Load(first).Config.Space, EdgeModel.Load(_folder.At("second.json")).Config.Space);
        string card = File.ReadAllText(_folder.At("second.card.md"));
        Assert.Contains("Codec trained further from first.json; made by q3edge.", card, StringComparison.Ordinal);
        Assert.Contains($"| trained further from | first.json, token space {EdgeModel.Load(first).Config.Space}: ", card, StringComparison.Ordinal);
        Assert.DoesNotContain("stage autoencoder", card, StringComparison.Ordinal);
    }

    [Fact]
    public void A_codec_that_is_trained_further_with_interruptions_ends_with_the_same_bytes()
    {
        string first = _folder.At("first.json"), whole = _folder.At("whole.json"), parts = _folder.At("parts.json");
        TrainRun.Train(CodecOptions(first) with { Steps = 300, LogEvery = 100 });
        TrainRun.Train(Further(whole, first));
        foreach (int stop in (int[])[4, 17])
        {
            using var source = new CancellationTokenSource();
            Assert.Equal(stop, TrainRun.Train(Further(parts, first), watch: s => CancelAt(s, stop, source), cancel: source.Token).Steps);
        }

        Assert.Equal(20, TrainRun.Train(Further(parts, first)).Steps);
        Assert.Equal(File.ReadAllBytes(Path.ChangeExtension(whole, ".safetensors")), File.ReadAllBytes(Path.ChangeExtension(parts, ".safetensors")));
        Assert.NotEqual(File.ReadAllBytes(Path.ChangeExtension(first, ".safetensors")), File.ReadAllBytes(Path.ChangeExtension(whole, ".safetensors")));
    }

    [Fact]
    public void A_codec_whose_latent_was_trained_otherwise_is_not_trained_further()
    {
        TrainOptions options = Further(_folder.At("no.json"), "edge-light") with { Frames = 4 };
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => TrainRun.Train(options));
        Assert.StartsWith("edge-light: latent: dimension ", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("no.json")));
        Assert.False(Directory.Exists(_folder.At("no.run")));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_weight_of_the_pitch_that_cannot_be_is_named(double weight) =>
        Assert.Contains("pitch", Assert.Throws<ArgumentException>(() => TrainRun.Train(CodecOptions(_folder.At("no.json")) with { PitchWeight = weight })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_codec_is_not_trained_further_into_itself()
    {
        string path = _folder.At("first.json");
        Assert.Contains("first.json", Assert.Throws<ArgumentException>(() => TrainRun.Train(Further(path, path))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_codec_without_an_encoder_is_no_codec()
    {
        string decoder = TinyStudents.Decoder(_folder.Path);
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => TrainRun.Train(CodecOptions(_folder.At("no.json")) with { Config = decoder }));
        Assert.Contains("encoder: is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_corpus_that_is_too_short_is_named() =>
        Assert.Contains(_folder.At("corpus"), Assert.Throws<ArgumentException>(() => DistillRun.Train(Options(_folder.At("long.json")) with { Frames = 2000 })).Message, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private static void CancelAt(RunStatus status, int step, CancellationTokenSource source)
    {
        if (status.Step == step)
        {
            source.Cancel();
        }
    }

    private DistillOptions Options(string output) => new("edge-light", TinyStudents.Decoder(_folder.Path), _folder.At("corpus"), output)
    {
        Steps = 9, Threads = 2, Sequences = 3, Frames = 6, Levels = 2, LogEvery = 1, Cache = _folder.At("cache"),
    };

    private TrainOptions Further(string output, string from) => CodecOptions(output) with { From = from, Steps = 20, PitchWeight = 6 };

    private TrainOptions CodecOptions(string output) => new(TinyStudents.Codec(_folder.Path), _folder.At("corpus"), output)
    {
        Steps = 30, Threads = 2, Sequences = 3, Frames = 6, LogEvery = 1,
    };
}
