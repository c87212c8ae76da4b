using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Models.Safetensors;
using Qwen3Tokenizer.Edge.Tests.Models.Nodes;
using Xunit.Abstractions;

namespace Qwen3Tokenizer.Edge.Tests.Models.Golden;

/// <summary>Primitive nodes put together as single layers of Qwen3-TTS-Tokenizer-12Hz, against the outputs of the original code (tests/data/tiny-layers).</summary>
public sealed class TinyLayerTests(ITestOutputHelper log)
{
    private static readonly Lazy<Dictionary<string, (long[] Shape, float[] Values)>> Tensors = new(() =>
    {
        using SafetensorsFile file = SafetensorsFile.Open(TestData.Path("tiny-layers/layers.safetensors"));
        return file.Tensors.Keys.ToDictionary(name => name, name => (file.Info(name).Shape, file.ToFloat32(name)));
    });

    [Fact]
    public void Encoder_input_convolution_and_residual_block()
    {
        Node x = Conv("encoder.encoder.layers.0.conv", new InputNode("x", 1920, 1));
        Check("encoder.encoder.layers.0", x, Samples());
        Node residual = Conv("encoder.encoder.layers.1.block.1.conv", new ActivationNode("elu1", x, ActivationKind.Elu));
        residual = Conv("encoder.encoder.layers.1.block.3.conv", new ActivationNode("elu2", residual, ActivationKind.Elu));
        x = new AddNode("residual", x, residual);
        Check("encoder.encoder.layers.1", x, Samples());
        Check("encoder.encoder.layers.3", Conv("encoder.encoder.layers.3.conv", new ActivationNode("elu3", x, ActivationKind.Elu), stride: 4), Samples());
    }

    [Fact]
    public void Encoder_transformer_layer_sees_the_whole_past()
    {
        const string layer = "encoder.encoder_transformer.layers.0";
        Node x = new InputNode("x", 1, 32);
        Node n = new LayerNormNode("norm1", x, 1e-5, W($"{layer}.input_layernorm.weight"), W($"{layer}.input_layernorm.bias"));
        Node attention = new AttentionNode("attention", Linear($"{layer}.self_attn.q_proj", n), Linear($"{layer}.self_attn.k_proj", n), Linear($"{layer}.self_attn.v_proj", n), 4, 4, 8, 10000);
        attention = Linear($"{layer}.self_attn.o_proj", attention);
        FloatTensor input = Convolutional("encoder.encoder.layers.14");
        Check($"{layer}.self_attn", attention, input);
        x = new AddNode("x1", x, Scale($"{layer}.self_attn_layer_scale.scale", attention));
        n = new LayerNormNode("norm2", x, 1e-5, W($"{layer}.post_attention_layernorm.weight"), W($"{layer}.post_attention_layernorm.bias"));
        n = Linear($"{layer}.mlp.fc2", new ActivationNode("gelu", Linear($"{layer}.mlp.fc1", n), ActivationKind.Gelu));
        Check(layer, new AddNode("x2", x, Scale($"{layer}.mlp_layer_scale.scale", n)), input);
    }

    [Fact]
    public void Encoder_downsampling_repeats_the_edges()
    {
        FloatTensor x = Sequence("encoder.encoder_transformer");
        var even = new FloatTensor(x.Rows + 1, x.Channels, [.. x.Data, .. x.Row(x.Rows - 1)]);
        Check("encoder.downsample", Conv("encoder.downsample.conv", new InputNode("x", 2, 32), stride: 2, padding: ConvPadding.Replicate), even);
    }

    [Fact]
    public void Decoder_transformer_layer_has_a_window()
    {
        const string layer = "decoder.pre_transformer.layers.0";
        Node x = new InputNode("x", 1, 32);
        Node n = new RmsNormNode("norm1", x, 1e-5, W($"{layer}.input_layernorm.weight"));
        Node attention = new AttentionNode("attention", Linear($"{layer}.self_attn.q_proj", n), Linear($"{layer}.self_attn.k_proj", n), Linear($"{layer}.self_attn.v_proj", n), 4, 4, 16, 10000, 12);
        attention = Linear($"{layer}.self_attn.o_proj", attention);
        FloatTensor input = Sequence("decoder.pre_transformer.input_proj");
        Check($"{layer}.self_attn", attention, input);
        x = new AddNode("x1", x, Scale($"{layer}.self_attn_layer_scale.scale", attention));
        n = new RmsNormNode("norm2", x, 1e-5, W($"{layer}.post_attention_layernorm.weight"));
        Node gate = new ActivationNode("silu", Linear($"{layer}.mlp.gate_proj", n), ActivationKind.Silu);
        n = Linear($"{layer}.mlp.down_proj", new MultiplyNode("gated", gate, Linear($"{layer}.mlp.up_proj", n)));
        Check(layer, new AddNode("x2", x, Scale($"{layer}.mlp_layer_scale.scale", n)), input);
    }

    [Fact]
    public void Decoder_upsampling_is_a_transposed_convolution_and_a_convnext_block()
    {
        FloatTensor input = Sequence("decoder.pre_transformer");
        Node x = ConvTranspose("decoder.upsample.0.0.conv", new InputNode("x", 1, 48), 2);
        Check("decoder.upsample.0.0", x, input);
        const string block = "decoder.upsample.0.1";
        Node n = Conv($"{block}.dwconv.conv", x, groups: 48);
        n = new LayerNormNode("norm", n, 1e-6, W($"{block}.norm.weight"), W($"{block}.norm.bias"));
        n = Linear($"{block}.pwconv2", new ActivationNode("gelu", Linear($"{block}.pwconv1", n), ActivationKind.Gelu));
        Check(block, new AddNode("y", x, Scale($"{block}.gamma", n)), input);
    }

    [Fact]
    public void Decoder_block_of_snakes_a_transposed_convolution_and_dilated_residual_units()
    {
        const string block = "decoder.decoder.1.block";
        Node x = Snake($"{block}.0", new InputNode("x", 4, 64));
        x = ConvTranspose($"{block}.1.conv", x, 8);
        foreach ((int unit, int dilation) in ((int, int)[])[(2, 1), (3, 3), (4, 9)])
        {
            Node y = Conv($"{block}.{unit}.conv1.conv", Snake($"{block}.{unit}.act1", x), dilation: dilation);
            y = Conv($"{block}.{unit}.conv2.conv", Snake($"{block}.{unit}.act2", y));
            x = new AddNode($"unit{unit}", x, y);
        }

        Check("decoder.decoder.1", x, Convolutional("decoder.decoder.0"));
    }

    // The tolerance that comes with the vectors: 1e-4 * max(1, max|x|). Also in three pieces, which must not change a bit.
    private void Check(string output, Node node, FloatTensor input)
    {
        FloatTensor expected = Tensors.Value[output].Shape[1] == node.Shape.Channels && !output.Contains("transformer", StringComparison.Ordinal) ? Convolutional(output) : Sequence(output);
        FloatTensor actual = NodeRun.Whole(node, ("x", input));
        double limit = 1e-4 * Math.Max(1, EdgeGolden.Scale(expected.Data)), error = NodeRun.MaxError(expected.Data, actual.Data);
        log.WriteLine($"{output}: {error:e2} of {limit:e2}");
        Assert.InRange(error, 0, limit);
        int frames = actual.Rows / node.Shape.Rows;
        Assert.Equal(actual.Data, NodeRun.Pieces(node, [1, frames - 2, 1], ("x", input)).Data);
    }

    private static FloatTensor Samples() => new(W("input").Length, 1, W("input"));

    private static FloatTensor Sequence(string name) => new((int)Tensors.Value[name].Shape[1], (int)Tensors.Value[name].Shape[2], W(name));

    // [1, channels, time] to rows.
    private static FloatTensor Convolutional(string name)
    {
        (long[] shape, float[] values) = Tensors.Value[name];
        var tensor = new FloatTensor((int)shape[2], (int)shape[1]);
        for (int i = 0; i < values.Length; i++)
        {
            tensor.Row(i % tensor.Rows)[i / tensor.Rows] = values[i];
        }

        return tensor;
    }

    private static float[] W(string name) => Tensors.Value[name].Values;

    private static float[] Optional(string name) => Tensors.Value.TryGetValue(name, out (long[] Shape, float[] Values) tensor) ? tensor.Values : [];

    private static ConvNode Linear(string name, Node x) => new(name, x, W($"{name}.weight"), Optional($"{name}.bias"), (int)Tensors.Value[$"{name}.weight"].Shape[0]);

    private static ConvNode Conv(string name, Node x, int stride = 1, int dilation = 1, int groups = 1, ConvPadding padding = ConvPadding.Zero)
    {
        long[] shape = Tensors.Value[$"{name}.weight"].Shape;
        return new ConvNode(name, x, W($"{name}.weight"), Optional($"{name}.bias"), (int)shape[0], (int)shape[2], stride, dilation, groups, padding);
    }

    private static ConvTransposeNode ConvTranspose(string name, Node x, int stride)
    {
        long[] shape = Tensors.Value[$"{name}.weight"].Shape;
        return new ConvTransposeNode(name, x, W($"{name}.weight"), W($"{name}.bias"), (int)shape[1], (int)shape[2], stride);
    }

    private static SnakeNode Snake(string name, Node x) => new(name, x, Array.ConvertAll(W($"{name}.alpha"), MathF.Exp), Array.ConvertAll(W($"{name}.beta"), MathF.Exp));

    private static AffineNode Scale(string name, Node x) => new(name, x, new float[x.Shape.Channels], W(name));
}
