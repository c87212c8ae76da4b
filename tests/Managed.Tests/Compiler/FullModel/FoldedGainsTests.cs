using Qwen3Tokenizer.Edge.Compiler.Lowering.Passes;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;

namespace Qwen3Tokenizer.Edge.Tests.Compiler.FullModel;

/// <summary>Gains, biases of norms and layer scales as parts of matrices: another graph, the same function.</summary>
public class FoldedGainsTests
{
    [Theory]
    [InlineData("tiny", "decode_random")]
    [InlineData("medium", "mixture")]
    public void A_folded_decoder_gives_the_reference_samples(string model, string name)
    {
        Graph folded = FoldedGains.Of(Qwen3Golden.Model(model).Decoder);
        ushort[] codes = Qwen3Golden.Codes(model, name);
        var input = new FloatTensor(codes.Length / 16, 16, Array.ConvertAll(codes, c => (float)c));

        float[] wave = new FloatExecutor(folded).Run(input.Rows, new Dictionary<string, FloatTensor> { ["codes"] = input })[0].Data;

        float[] expected = Qwen3Golden.Array(model, name, "wave.npy").Floats;
        Assert.Equal(expected.Length, wave.Length);
        Assert.All(expected.Zip(wave), p => Assert.InRange(p.Second - p.First, -1e-4, 1e-4));
    }

    [Fact]
    public void No_gain_and_no_layer_scale_is_left()
    {
        Graph folded = FoldedGains.Of(Qwen3Golden.Model("tiny").Decoder);

        Assert.Empty(folded.Nodes.OfType<AffineNode>());
        Assert.All(folded.Nodes.OfType<RmsNormNode>(), n => Assert.Empty(n.Gain));
        Assert.All(folded.Nodes.OfType<LayerNormNode>(), n => Assert.True(n.Gain.Length + n.Bias.Length == 0, n.Name));
        Assert.NotEmpty(folded.Nodes.OfType<RmsNormNode>());
    }

    [Fact]
    public void A_gain_that_something_else_than_a_matrix_reads_stays()
    {
        Node x = new InputNode("x", 1, 2);
        Node norm = new LayerNormNode("norm", x, 1e-5, [2, 3], [0, 1]);
        var graph = new Graph("g", new AddNode("sum", norm, new ConvNode("conv", norm, new float[] { 1, 2, 3, 4 }, [], 2)));

        Assert.Same(graph["norm"], FoldedGains.Of(graph)["norm"]);
    }
}
