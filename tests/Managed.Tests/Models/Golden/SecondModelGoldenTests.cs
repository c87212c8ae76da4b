using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Tests.Models.Golden;

/// <summary>edge-light-2 against what the numpy implementation of edge-codec.md makes of two clips with its weights.</summary>
public sealed class SecondModelGoldenTests
{
    private const int Layers = 16;

    private static readonly Lazy<EdgeModel> LazyModel = new(() => EdgeModel.Load("edge-light-2"));

    private static EdgeModel Model => LazyModel.Value;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Tokens_of_the_wave_are_the_golden_ones(int clip)
    {
        int[] golden = EdgeGolden.Vector($"clip{clip}.light-2.tokens").Ints;
        float[] margins = EdgeGolden.Vector($"clip{clip}.light-2.margins").Floats;
        TokenClip tokens = EdgeCodec.Encode(Model, EdgeGolden.Samples(clip));
        Assert.Equal((golden.Length / Layers, Layers), (tokens.Frames, tokens.Layers));
        int compared = 0;
        for (int frame = 0; frame < tokens.Frames; frame++)
        {
            // A column that was nearly a tie may differ, and then the later columns of its frame.
            for (int layer = 0; layer < Layers && margins[(frame * Layers) + layer] >= 1e-4; layer++)
            {
                Assert.Equal(golden[(frame * Layers) + layer], tokens[frame, layer]);
                compared++;
            }
        }

        Assert.InRange(compared, golden.Length * 9 / 10, golden.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void End_to_end_wave_is_within_a_twentieth_of_a_decibel(int clip)
    {
        float[] expected = EdgeGolden.Vector($"clip{clip}.light-2").Floats;
        float[] actual = EdgeCodec.Decode(Model, EdgeCodec.Encode(Model, EdgeGolden.Samples(clip)));
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(LogSpectralDistance.Compute(expected, actual, Model.Config.SampleRate), 0, 0.05);
    }

    [Fact]
    public void It_has_a_minimal_map_of_its_own()
    {
        MinimalMap map = Model.MinimalMap!;
        Assert.Equal((Layers, 512, 9, 11), (map.Layers, map.Entries, map.BitsPerCode, map.BaseBitsPerCode));
        Assert.Equal(Model.Config.Space, map.BaseSpace);
        Assert.NotEqual(EdgeGolden.Light.MinimalMap!.Space, map.Space);
    }

    [Fact]
    public void Its_tokens_are_not_those_of_edge_light() =>
        Assert.NotEqual(EdgeGolden.Light.Config.Space, Model.Config.Space);
}
