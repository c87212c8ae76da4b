using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Quantization;

/// <summary>Whole runs whose last stage goes through the integers.</summary>
public sealed class QuantizedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public QuantizedRunTests() => SmallCorpus.Prepare(_folder).Dispose();

    [Fact]
    public void A_run_in_two_stages_that_was_interrupted_in_both_ends_with_the_same_bytes()
    {
        string whole = _folder.At("whole.json"), parts = _folder.At("parts.json");
        Assert.Equal(10, DistillRun.Train(Options(whole)).Steps);
        foreach ((int steps, int stop) in ((int, int)[])[(8, 4), (2, 1)])
        {
            using var source = new CancellationTokenSource();
            DistillRun.Train(Options(parts), watch: s => Cancel(s.Steps == steps && s.Step == stop, source), cancel: source.Token);
        }

        Assert.Equal(10, DistillRun.Train(Options(parts)).Steps);
        Assert.Equal(File.ReadAllBytes(Path.ChangeExtension(whole, ".safetensors")), File.ReadAllBytes(Path.ChangeExtension(parts, ".safetensors")));
        Assert.NotNull(EdgeModel.Load(_folder.At("whole.run", "float.json")));
    }

    public void Dispose() => _folder.Dispose();

    private static void Cancel(bool now, CancellationTokenSource source)
    {
        if (now)
        {
            source.Cancel();
        }
    }

    private DistillOptions Options(string output) => new("edge-light", TinyStudents.Decoder(_folder.Path), _folder.At("corpus"), output)
    {
        Steps = 10, Threads = 2, Sequences = 3, Frames = 6, Levels = 1, LogEvery = 1, Cache = _folder.At("cache"), Quantize = true,
    };
}
