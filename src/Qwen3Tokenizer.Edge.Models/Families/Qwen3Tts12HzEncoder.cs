using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Models.Families;

/// <summary>
/// The encoder of Qwen3-TTS-Tokenizer-12Hz (tests/data/qwen3-golden/README.md, section 4): a SEANet stack of causal convolutions, a transformer, a downsampling convolution, and two
/// residual quantizers that read the same latent. Nodes are named as the reference names its modules.
/// </summary>
internal static class Qwen3Tts12HzEncoder
{
    /// <summary>Input "samples" [a frame's samples, 1] to outputs "codes.semantic" [1, 1] and, with more than one layer, "codes.acoustic" [1, layers - 1].</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="weights">The checkpoint.</param>
    /// <param name="name">The graph's name.</param>
    /// <param name="window">Rows (25 a second) that a query of the transformer sees; 0 for all of the past, as the reference does.</param>
    public static Graph Build(Qwen3Tts12HzConfig config, WeightSource weights, string name, int window)
    {
        Qwen3TtsEncoderConfig encoder = config.Encoder;
        Node x = new InputNode("samples", config.SamplesPerFrame, 1);
        x = Seanet(encoder, weights, x);
        for (int i = 0; i < encoder.Blocks; i++)
        {
            x = TransformerLayer(encoder, weights, $"encoder.encoder_transformer.layers.{i}", x, window);
        }

        float[] none = [];
        const int kernel = 2 * Qwen3TtsEncoderConfig.DownsampleStride;
        ReadOnlyMemory<float> downsample = weights.Map("encoder.downsample.conv.weight", encoder.Hidden, encoder.Hidden, kernel);
        x = new ConvNode("encoder.downsample", x, downsample, none, encoder.Hidden, kernel, Qwen3TtsEncoderConfig.DownsampleStride, padding: ConvPadding.Replicate);
        Node semantic = Quantizer(encoder, weights, "semantic", x, 1);
        return config.Layers == 1 ? new Graph(name, semantic) : new Graph(name, semantic, Quantizer(encoder, weights, "acoustic", x, config.Layers - 1));
    }

    // Layer numbers follow the reference's list, in which every activation counts.
    private static ConvNode Seanet(Qwen3TtsEncoderConfig encoder, WeightSource weights, Node x)
    {
        const string stack = "encoder.encoder.layers";
        int index = 0, channels = encoder.Filters;
        x = Conv(weights, $"{stack}.{index++}", x, channels, encoder.Kernel);
        foreach (int ratio in encoder.Ratios.Reverse())
        {
            for (int unit = 0, dilation = 1; unit < encoder.ResidualLayers; unit++, dilation *= encoder.DilationGrowth)
            {
                x = ResidualUnit(encoder, weights, $"{stack}.{index++}", x, dilation);
            }

            x = new ActivationNode($"{stack}.{index++}", x, ActivationKind.Elu);
            channels *= 2;
            x = Conv(weights, $"{stack}.{index++}", x, channels, 2 * ratio, ratio);
        }

        x = new ActivationNode($"{stack}.{index++}", x, ActivationKind.Elu);
        return Conv(weights, $"{stack}.{index}", x, encoder.Hidden, encoder.LastKernel);
    }

    private static AddNode ResidualUnit(Qwen3TtsEncoderConfig encoder, WeightSource weights, string name, Node x, int dilation)
    {
        int inner = Math.Max(1, x.Shape.Channels / encoder.Compress);
        Node h = new ActivationNode($"{name}.block.0", x, ActivationKind.Elu);
        h = Conv(weights, $"{name}.block.1", h, inner, encoder.ResidualKernel, dilation: dilation);
        h = new ActivationNode($"{name}.block.2", h, ActivationKind.Elu);
        return new AddNode(name, x, Conv(weights, $"{name}.block.3", h, x.Shape.Channels, 1));
    }

    private static AddNode TransformerLayer(Qwen3TtsEncoderConfig encoder, WeightSource weights, string name, Node x, int window)
    {
        int hidden = encoder.Hidden, queries = encoder.Heads * encoder.HeadSize, shared = encoder.KeyValueHeads * encoder.HeadSize;
        string attention = $"{name}.self_attn";
        Node n = Norm($"{name}.input_layernorm", x);
        Node a = new AttentionNode(
            $"{attention}.mix", Linear($"{attention}.q_proj", n, queries), Linear($"{attention}.k_proj", n, shared), Linear($"{attention}.v_proj", n, shared),
            encoder.Heads, encoder.KeyValueHeads, encoder.HeadSize, encoder.RopeTheta, window);
        Node o = new ConvNode(attention, a, weights.Map($"{attention}.o_proj.weight", hidden, queries), [], hidden);
        x = new AddNode($"{name}.attended", x, Scale($"{attention}_layer_scale", o));
        Node h = Linear($"{name}.mlp.fc1", Norm($"{name}.post_attention_layernorm", x), encoder.Intermediate);
        h = Linear($"{name}.mlp.fc2", new ActivationNode($"{name}.mlp.gelu", h, ActivationKind.Gelu), hidden);
        return new AddNode(name, x, Scale($"{name}.mlp_layer_scale", h));

        LayerNormNode Norm(string own, Node input) => new(own, input, encoder.NormEpsilon, weights.Read($"{own}.weight", hidden), weights.Read($"{own}.bias", hidden));
        ConvNode Linear(string own, Node input, int outputs) => new(own, input, weights.Map($"{own}.weight", outputs, input.Shape.Channels), [], outputs);
        AffineNode Scale(string own, Node input) => new(own, input, new float[hidden], weights.Read($"{own}.scale", hidden));
    }

    private static QuantizeNode Quantizer(Qwen3TtsEncoderConfig encoder, WeightSource weights, string kind, Node latent, int layers)
    {
        string stored = $"encoder.quantizer.{kind}_residual_vector_quantizer";
        if (encoder.CodebookDim != encoder.Hidden)
        {
            ReadOnlyMemory<float> projection = weights.Map($"{stored}.input_proj.weight", encoder.CodebookDim, encoder.Hidden, 1);
            latent = new ConvNode($"encoder.quantizer.{kind}.input_proj", latent, projection, [], encoder.CodebookDim);
        }

        float[] codebooks = Qwen3TtsCodebooks.Fold(
            weights, layers, encoder.CodebookSize, encoder.CodebookDim, l => ($"{stored}.layers.{l}.codebook.embed_sum", $"{stored}.layers.{l}.codebook.cluster_usage"));
        return new QuantizeNode($"codes.{kind}", latent, codebooks, layers, encoder.CodebookSize);
    }

    private static ConvNode Conv(WeightSource weights, string name, Node x, int outputs, int kernel, int stride = 1, int dilation = 1) =>
        new(name, x, weights.Map($"{name}.conv.weight", outputs, x.Shape.Channels, kernel), weights.Read($"{name}.conv.bias", outputs), outputs, kernel, stride, dilation);
}
