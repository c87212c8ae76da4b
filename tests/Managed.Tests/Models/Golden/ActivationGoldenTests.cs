using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Tests.Models.Nodes;
using Xunit.Abstractions;

namespace Qwen3Tokenizer.Edge.Tests.Models.Golden;

/// <summary>Every intermediate activation of clip 0 against the node of the same name.</summary>
public sealed class ActivationGoldenTests(ITestOutputHelper log)
{
    // Relative to the tensor's largest value. Both sides are float32, whose rounding is 6e-8 of a value: 64 of them, for sums of up to 1152 products in up to 17 layers,
    // whose errors are of either sign. The most that was measured is 1e-6.
    private const double Tolerance = 4e-6;

    private static readonly Lazy<Dictionary<string, Dictionary<string, FloatTensor>>> Values = new(() => new()
    {
        ["enc"] = EdgeGolden.Encode(0),
        ["light"] = EdgeGolden.Decode(EdgeGolden.Light, EdgeGolden.Tokens(0)),
        ["meter"] = EdgeGolden.Decode(EdgeGolden.Meter, EdgeGolden.Tokens(0)),
    });

    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(TestData.Path("edge-golden/clip0-activations"), "*.npy").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_node_has_the_golden_values(string name)
    {
        float[] golden = EdgeGolden.Vector($"clip0-activations/{name}").Floats;
        float[] actual = Values.Value[name.Split('.')[0]][NodeOf(name)].Data;
        double error = NodeRun.MaxError(golden, actual) / EdgeGolden.Scale(golden);
        log.WriteLine($"{name}: {error:e2} of {EdgeGolden.Scale(golden):g4}");
        Assert.InRange(error, 0, Tolerance);
    }

    [Fact]
    public void There_are_34_of_them() => Assert.Equal(34, Names.Count);

    private static string NodeOf(string name)
    {
        (string part, string tensor) = (name[..name.IndexOf('.', StringComparison.Ordinal)], name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]);
        return (part, tensor) switch
        {
            ("enc", "norm_mel") => "frontend.normalized",
            ("enc", "latent") => "encoder.proj",
            ("enc", _) => $"encoder.{tensor}",
            (_, "split") => "decoder.frames",
            _ => $"decoder.{tensor}",
        };
    }
}
