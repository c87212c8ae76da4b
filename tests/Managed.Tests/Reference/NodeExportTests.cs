using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Tests.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Reference;

/// <summary>Every node type alone: ONNX Runtime gives what the float executor gives, in every split and with ragged ends.</summary>
public class NodeExportTests
{
    private const int Channels = 6;

    private static InputNode X => new("x", 4, Channels);

    [OnnxRuntimeTheory]
    [InlineData(ActivationKind.Gelu)]
    [InlineData(ActivationKind.Elu)]
    [InlineData(ActivationKind.Silu)]
    public void Activations(ActivationKind kind) =>
        OrtRun.AssertLikeFloat(new ActivationNode("y", X, kind), inputs: i => NodeRun.Normal(1, 7 * i.Shape.Rows, Channels, scale: 4));

    [OnnxRuntimeFact]
    public void Add_and_multiply()
    {
        InputNode x = X, z = new("other", 4, Channels);

        OrtRun.AssertLikeFloat(new AddNode("y", x, z));
        OrtRun.AssertLikeFloat(new MultiplyNode("y", x, z));
    }

    [OnnxRuntimeFact]
    public void A_sum_of_rows_and_channels_is_made_in_one_order()
    {
        InputNode x = X;
        Node linear = new ConvNode("linear", x, NodeRun.Normal(1, Channels * Channels), [], Channels);
        Node conv = new ConvNode("conv", x, NodeRun.Normal(2, Channels * Channels * 3), [], Channels, 3);

        OrtRun.AssertLikeFloat(new AddNode("y", linear, conv));
        OrtRun.AssertLikeFloat(new AddNode("y", conv, linear));
        OrtRun.AssertLikeFloat(new AddNode("y", conv, new ActivationNode("e", conv, ActivationKind.Elu)));
    }

    [OnnxRuntimeTheory]
    [InlineData(0f)]
    [InlineData(0.5f)]
    public void Affine(float offset)
    {
        var offsets = new float[Channels];
        offsets.AsSpan().Fill(offset);
        Node conv = new ConvNode("conv", X, NodeRun.Normal(2, Channels * Channels * 3), [], Channels, 3);

        OrtRun.AssertLikeFloat(new AffineNode("y", X, offsets, NodeRun.Normal(3, Channels)));
        OrtRun.AssertLikeFloat(new AffineNode("y", conv, offsets, NodeRun.Normal(3, Channels)));
    }

    [OnnxRuntimeTheory]
    [InlineData(2, 2, 0)]
    [InlineData(2, 2, 1)]
    [InlineData(2, 2, 2)]
    [InlineData(2, 2, 5)]
    [InlineData(4, 2, 0)]
    [InlineData(4, 1, 9)]
    [InlineData(3, 3, 100)]
    public void Attention(int heads, int keyValueHeads, int window)
    {
        const int size = 4;
        Node query = new InputNode("query", 3, heads * size), key = new InputNode("the key", 3, keyValueHeads * size), value = new InputNode("the value", 3, keyValueHeads * size);

        OrtRun.AssertLikeFloat(new AttentionNode("y", query, key, value, heads, keyValueHeads, size, 100, window));
    }

    [OnnxRuntimeFact]
    public void Attention_layers_of_different_rates_windows_and_heads_in_one_graph()
    {
        var x = new InputNode("x", 4, 8);
        Node first = new AttentionNode("first", x, x, x, 2, 2, 4, 100, 3);
        Node second = new AttentionNode("second", first, first, first, 1, 1, 8, 1000, 5);
        Node slow = new ConvNode("slow", second, NodeRun.Normal(1, 8 * 8 * 2), [], 8, 2, 2);
        OrtRun.AssertLikeFloat(new AttentionNode("y", slow, slow, slow, 2, 2, 4, 100));
    }

    [OnnxRuntimeTheory]
    [InlineData(1, 1, 1, 1, ConvPadding.Zero)]
    [InlineData(3, 1, 1, 1, ConvPadding.Zero)]
    [InlineData(7, 1, 3, 1, ConvPadding.Zero)]
    [InlineData(7, 1, 1, 6, ConvPadding.Zero)]
    [InlineData(3, 1, 2, 2, ConvPadding.Zero)]
    [InlineData(4, 2, 1, 1, ConvPadding.Zero)]
    [InlineData(8, 4, 1, 1, ConvPadding.Zero)]
    [InlineData(2, 2, 1, 1, ConvPadding.Zero)]
    [InlineData(4, 2, 1, 1, ConvPadding.Replicate)]
    [InlineData(4, 4, 1, 1, ConvPadding.Replicate)]
    [InlineData(5, 1, 2, 1, ConvPadding.Replicate)]
    [InlineData(8, 2, 1, 2, ConvPadding.Replicate)]
    public void Convolution(int kernel, int stride, int dilation, int groups, ConvPadding padding)
    {
        const int outputs = 12;
        int count = groups == Channels ? Channels : outputs;
        float[] weight = NodeRun.Normal(1, count * (Channels / groups) * kernel, 0.3), bias = NodeRun.Normal(2, count);

        OrtRun.AssertLikeFloat(new ConvNode("y", X, weight, bias, count, kernel, stride, dilation, groups, padding));
        OrtRun.AssertLikeFloat(new ConvNode("y", X, weight, [], count, kernel, stride, dilation, groups, padding));
    }

    [OnnxRuntimeFact]
    public void Strided_convolutions_in_a_row_each_pad_their_own_ragged_end()
    {
        var x = new InputNode("x", 12, 1);
        Node a = new ConvNode("a", x, NodeRun.Normal(1, 4 * 1 * 6, 0.3), NodeRun.Normal(2, 4), 4, 6, 3);
        Node b = new ConvNode("b", a, NodeRun.Normal(3, 5 * 4 * 4, 0.3), NodeRun.Normal(4, 5), 5, 4, 2);

        OrtRun.AssertLikeFloat(new ConvNode("y", b, NodeRun.Normal(5, 3 * 5 * 4, 0.3), [], 3, 4, 2, padding: ConvPadding.Replicate));
    }

    [OnnxRuntimeTheory]
    [InlineData(2, 2, 1)]
    [InlineData(4, 2, 1)]
    [InlineData(16, 8, 1)]
    [InlineData(5, 2, 1)]
    [InlineData(9, 4, 2)]
    [InlineData(3, 3, 3)]
    public void Transposed_convolution(int kernel, int stride, int groups)
    {
        const int outputs = 3;
        float[] weight = NodeRun.Normal(1, Channels * outputs / groups * kernel, 0.3), bias = NodeRun.Normal(2, outputs);
        InputNode x = X;
        Node channels = new ConvNode("channels", x, NodeRun.Normal(3, Channels * Channels * 2, 0.3), [], Channels, 2);
        if (outputs % groups != 0)
        {
            (weight, bias) = (NodeRun.Normal(1, Channels * 4 / groups * kernel, 0.3), NodeRun.Normal(2, 4));
        }

        OrtRun.AssertLikeFloat(new ConvTransposeNode("y", x, weight, bias, bias.Length, kernel, stride, groups));
        OrtRun.AssertLikeFloat(new ConvTransposeNode("y", channels, weight, [], bias.Length, kernel, stride, groups));
    }

    [OnnxRuntimeTheory]
    [InlineData(1)]
    [InlineData(9)]
    public void Delay(int rows) => OrtRun.AssertLikeFloat(new DelayNode("y", X, rows), 0);

    [OnnxRuntimeFact]
    public void Embedding_of_codes_some_of_which_are_absent()
    {
        const int layers = 3, entries = 10, dim = 5;
        var codes = new InputNode("codes", 1, layers + 2);
        float[] table = NodeRun.Normal(1, layers * entries * dim);
        FloatTensor Codes(InputNode i, int least)
        {
            var random = new Random(2);
            return new FloatTensor(7, i.Shape.Channels, [.. Enumerable.Range(0, 7 * i.Shape.Channels).Select(_ => (float)random.Next(least, entries))]);
        }

        OrtRun.AssertLikeFloat(new EmbedNode("y", codes, table, layers, entries, dim, EmbedCombination.Sum), inputs: i => Codes(i, -1));
        OrtRun.AssertLikeFloat(new EmbedNode("y", codes, table, layers, entries, dim, EmbedCombination.Concatenate), inputs: i => Codes(i, -1));
        OrtRun.AssertLikeFloat(new EmbedNode("y", new SliceNode("some", codes, 2, layers), table, layers, entries, dim, EmbedCombination.Sum), inputs: i => Codes(i, -1));
    }

    [OnnxRuntimeTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(12)]
    public void Fold(int rows) => OrtRun.AssertLikeFloat(new FoldNode("y", X, rows), 0, ragged: false);

    [OnnxRuntimeFact]
    public void Knots() => OrtRun.AssertLikeFloat(new KnotsNode("y", X, [0, 0, 1, 3, 4, 4], [0, 0.5f, 0.25f, 1, 0.1f, 1]));

    [OnnxRuntimeFact]
    public void Layer_norm_with_and_without_gain_and_bias()
    {
        OrtRun.AssertLikeFloat(new LayerNormNode("y", X, 1e-5, NodeRun.Normal(1, Channels), NodeRun.Normal(2, Channels)));
        OrtRun.AssertLikeFloat(new LayerNormNode("y", X, 1e-6, null, NodeRun.Normal(2, Channels)));
        OrtRun.AssertLikeFloat(new LayerNormNode("y", X, 1e-5));
    }

    [OnnxRuntimeFact]
    public void Logarithm() => OrtRun.AssertLikeFloat(new LogNode("y", X, 1e-2f));

    [OnnxRuntimeFact]
    public void Magnitude() => OrtRun.AssertLikeFloat(new MagnitudeNode("y", X));

    [OnnxRuntimeFact]
    public void Root_mean_square_norm_with_and_without_gain()
    {
        OrtRun.AssertLikeFloat(new RmsNormNode("y", X, 1e-5, NodeRun.Normal(1, Channels)));
        OrtRun.AssertLikeFloat(new RmsNormNode("y", X, 1e-5));
    }

    [OnnxRuntimeTheory]
    [InlineData(0, 6, float.NegativeInfinity, float.PositiveInfinity)]
    [InlineData(2, 3, float.NegativeInfinity, float.PositiveInfinity)]
    [InlineData(0, 6, -1, 1)]
    [InlineData(5, 1, float.NegativeInfinity, 0.5f)]
    public void Slice(int offset, int count, float low, float high)
    {
        Node conv = new ConvNode("conv", X, NodeRun.Normal(2, Channels * Channels * 3), [], Channels, 3);

        OrtRun.AssertLikeFloat(new SliceNode("y", X, offset, count, low, high), 0);
        OrtRun.AssertLikeFloat(new SliceNode("y", conv, offset, count, low, high));
    }

    [OnnxRuntimeFact]
    public void Snake()
    {
        float[] alpha = Array.ConvertAll(NodeRun.Normal(1, Channels), MathF.Exp), beta = Array.ConvertAll(NodeRun.Normal(2, Channels), MathF.Exp);
        Node conv = new ConvNode("conv", X, NodeRun.Normal(2, Channels * Channels * 3), [], Channels, 3);

        OrtRun.AssertLikeFloat(new SnakeNode("y", X, alpha, beta));
        OrtRun.AssertLikeFloat(new SnakeNode("y", conv, alpha, beta));
    }

    [OnnxRuntimeTheory]
    [InlineData(6, 8)]
    [InlineData(12, 12)]
    [InlineData(16, 32)]
    public void Short_time_Fourier_transform(int window, int length) => OrtRun.AssertLikeFloat(new StftNode("y", X, NodeRun.Normal(1, window), length), ragged: false);

    [OnnxRuntimeTheory]
    [InlineData(1, 7)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(16, 256)]
    public void Quantization_gives_the_same_codes(int layers, int entries) =>
        OrtRun.AssertLikeFloat(new QuantizeNode("y", X, NodeRun.Normal(1, layers * entries * Channels), layers, entries), 0);

    [OnnxRuntimeFact]
    public void Quantization_takes_the_lowest_index_of_equal_entries_and_decides_near_ties_exactly()
    {
        // Entries 1 and 3 are the same; 2 and 5 are further from the rows by less than single precision resolves in a score.
        float[] entry = [1000, 2000, 3000, 4000, 5000, 6000];
        float[] Moved(float by) => [.. entry.Select((v, i) => i == 0 ? v + by : v)];
        float[] codebook = [.. Moved(50), .. entry, .. Moved(0.001f), .. entry, .. Moved(-50), .. Moved(-0.001f)];
        var node = new QuantizeNode("y", new InputNode("x", 4, 6), codebook, 1, 6);

        OrtRun.AssertLikeFloat(node, 0, inputs: _ => new FloatTensor(28, 6, [.. Enumerable.Range(0, 28).SelectMany(r => Moved(0.0004f * (r % 7 - 3)))]));
    }
}
