using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Models.Families;

/// <summary>
/// The decoder of Qwen3-TTS-Tokenizer-12Hz (tests/data/qwen3-golden/README.md, section 6): codebook sums, a causal convolution, a transformer with a sliding window, ConvNeXt upsampling,
/// and stages of Snake activations and transposed convolutions. Nodes are named as the reference names its modules.
/// </summary>
internal static class Qwen3Tts12HzDecoder
{
    // Of the ConvNeXt blocks; not in the configuration.
    private const double LayerNormEpsilon = 1e-6;
    private const int ConvNeXtKernel = 7;
    private const int ConvNeXtExpansion = 4;
    private const int Kernel = 7;
    private const int PreConvKernel = 3;

    private static readonly int[] Dilations = [1, 3, 9];

    /// <summary>Input "codes" [1, layers], -1 for an absent layer, to output "samples" [a frame's samples, 1] within -1..1.</summary>
    public static Graph Build(Qwen3Tts12HzConfig config, WeightSource weights, string name)
    {
        Qwen3TtsDecoderConfig decoder = config.Decoder;
        Node codes = new InputNode("codes", 1, decoder.Quantizers);
        Node x = new AddNode(
            "decoder.quantizer", Quantizer(decoder, weights, "rvq_first", codes, 0, 1), Quantizer(decoder, weights, "rvq_rest", codes, 1, decoder.Quantizers - 1));
        x = Conv(weights, "decoder.pre_conv", x, decoder.Latent, PreConvKernel);
        x = Transformer(decoder, weights, x);
        for (int i = 0; i < decoder.Ratios.Length; i++)
        {
            x = Upsample(weights, $"decoder.upsample.{i}", x, decoder.Ratios[i]);
        }

        x = Conv(weights, "decoder.decoder.0", x, decoder.Channels, Kernel);
        for (int i = 0; i < decoder.Rates.Length; i++)
        {
            x = Stage(weights, $"decoder.decoder.{i + 1}", x, decoder.Rates[i]);
        }

        int last = decoder.Rates.Length + 1;
        x = Conv(weights, $"decoder.decoder.{last + 1}", Snake(weights, $"decoder.decoder.{last}", x), 1, Kernel);
        return new Graph(name, new SliceNode("samples", x, 0, 1, -1, 1));
    }

    private static ConvNode Quantizer(Qwen3TtsDecoderConfig decoder, WeightSource weights, string kind, Node codes, int first, int layers)
    {
        string name = $"decoder.quantizer.{kind}";
        int dim = decoder.CodebookDim / 2;
        float[] table = Qwen3TtsCodebooks.Fold(
            weights, layers, decoder.CodebookSize, dim, l => ($"{name}.vq.layers.{l}._codebook.embedding_sum", $"{name}.vq.layers.{l}._codebook.cluster_usage"));
        var own = new SliceNode($"{name}.codes", codes, first, layers);
        var entries = new EmbedNode($"{name}.entries", own, table, layers, decoder.CodebookSize, dim, EmbedCombination.Sum);
        return new ConvNode(name, entries, weights.Map($"{name}.output_proj.weight", decoder.CodebookDim, dim, 1), [], decoder.CodebookDim);
    }

    private static ConvNode Transformer(Qwen3TtsDecoderConfig decoder, WeightSource weights, Node x)
    {
        const string name = "decoder.pre_transformer";
        x = Linear(weights, $"{name}.input_proj", x, decoder.Hidden, bias: true);
        for (int i = 0; i < decoder.Blocks; i++)
        {
            x = TransformerLayer(decoder, weights, $"{name}.layers.{i}", x);
        }

        x = RmsNorm(weights, $"{name}.norm", x, decoder.NormEpsilon);
        string output = $"{name}.output_proj";
        return new ConvNode(name, x, weights.Map($"{output}.weight", decoder.Latent, decoder.Hidden), weights.Read($"{output}.bias", decoder.Latent), decoder.Latent);
    }

    private static AddNode TransformerLayer(Qwen3TtsDecoderConfig decoder, WeightSource weights, string name, Node x)
    {
        int queries = decoder.Heads * decoder.HeadSize, shared = decoder.KeyValueHeads * decoder.HeadSize;
        string attention = $"{name}.self_attn";
        Node n = RmsNorm(weights, $"{name}.input_layernorm", x, decoder.NormEpsilon);
        Node a = new AttentionNode(
            $"{attention}.mix", Projection("q_proj", n, queries), Projection("k_proj", n, shared), Projection("v_proj", n, shared),
            decoder.Heads, decoder.KeyValueHeads, decoder.HeadSize, decoder.RopeTheta, decoder.Window);
        float[] bias = decoder.AttentionBias ? weights.Read($"{attention}.o_proj.bias", decoder.Hidden) : [];
        Node o = new ConvNode(attention, a, weights.Map($"{attention}.o_proj.weight", decoder.Hidden, queries), bias, decoder.Hidden);
        x = new AddNode($"{name}.attended", x, Scale(weights, $"{attention}_layer_scale", $"{attention}_layer_scale.scale", o));
        n = RmsNorm(weights, $"{name}.post_attention_layernorm", x, decoder.NormEpsilon);
        Node gate = new ActivationNode($"{name}.mlp.silu", Linear(weights, $"{name}.mlp.gate_proj", n, decoder.Intermediate, bias: false), ActivationKind.Silu);
        Node h = new MultiplyNode($"{name}.mlp.gated", gate, Linear(weights, $"{name}.mlp.up_proj", n, decoder.Intermediate, bias: false));
        h = Linear(weights, $"{name}.mlp.down_proj", h, decoder.Hidden, bias: false);
        return new AddNode(name, x, Scale(weights, $"{name}.mlp_layer_scale", $"{name}.mlp_layer_scale.scale", h));

        ConvNode Projection(string own, Node input, int outputs) => Linear(weights, $"{attention}.{own}", input, outputs, decoder.AttentionBias);
    }

    // A transposed convolution whose kernel is its stride, and a ConvNeXt block (Liu et al. 2022).
    private static AddNode Upsample(WeightSource weights, string name, Node x, int factor)
    {
        int channels = x.Shape.Channels, inner = ConvNeXtExpansion * channels;
        ReadOnlyMemory<float> weight = weights.Map($"{name}.0.conv.weight", channels, channels, factor);
        x = new ConvTransposeNode($"{name}.0", x, weight, weights.Read($"{name}.0.conv.bias", channels), channels, factor, factor);
        string block = $"{name}.1";
        Node h = new ConvNode(
            $"{block}.dwconv", x, weights.Map($"{block}.dwconv.conv.weight", channels, 1, ConvNeXtKernel), weights.Read($"{block}.dwconv.conv.bias", channels), channels, ConvNeXtKernel, groups: channels);
        h = new LayerNormNode($"{block}.norm", h, LayerNormEpsilon, weights.Read($"{block}.norm.weight", channels), weights.Read($"{block}.norm.bias", channels));
        h = Linear(weights, $"{block}.pwconv1", h, inner, bias: true);
        h = Linear(weights, $"{block}.pwconv2", new ActivationNode($"{block}.gelu", h, ActivationKind.Gelu), channels, bias: true);
        return new AddNode(block, x, Scale(weights, $"{block}.scaled", $"{block}.gamma", h));
    }

    private static Node Stage(WeightSource weights, string name, Node x, int rate)
    {
        int channels = x.Shape.Channels / 2;
        string transposed = $"{name}.block.1";
        ReadOnlyMemory<float> weight = weights.Map($"{transposed}.conv.weight", x.Shape.Channels, channels, 2 * rate);
        x = new ConvTransposeNode(transposed, Snake(weights, $"{name}.block.0", x), weight, weights.Read($"{transposed}.conv.bias", channels), channels, 2 * rate, rate);
        for (int i = 0; i < Dilations.Length; i++)
        {
            // The last unit's sum is the stage's value, and has its name.
            string unit = $"{name}.block.{i + 2}";
            Node h = Conv(weights, $"{unit}.conv1", Snake(weights, $"{unit}.act1", x), channels, Kernel, Dilations[i]);
            h = Conv(weights, $"{unit}.conv2", Snake(weights, $"{unit}.act2", h), channels, 1);
            x = new AddNode(i == Dilations.Length - 1 ? name : unit, x, h);
        }

        return x;
    }

    // Models store logarithms.
    private static SnakeNode Snake(WeightSource weights, string name, Node x)
    {
        float[] alpha = weights.Read($"{name}.alpha", x.Shape.Channels), beta = weights.Read($"{name}.beta", x.Shape.Channels);
        return new SnakeNode(name, x, Array.ConvertAll(alpha, MathF.Exp), Array.ConvertAll(beta, MathF.Exp));
    }

    private static RmsNormNode RmsNorm(WeightSource weights, string name, Node x, double epsilon) => new(name, x, epsilon, weights.Read($"{name}.weight", x.Shape.Channels));

    private static AffineNode Scale(WeightSource weights, string name, string stored, Node x) =>
        new(name, x, new float[x.Shape.Channels], weights.Read(stored, x.Shape.Channels));

    private static ConvNode Linear(WeightSource weights, string name, Node x, int outputs, bool bias) =>
        new(name, x, weights.Map($"{name}.weight", outputs, x.Shape.Channels), bias ? weights.Read($"{name}.bias", outputs) : [], outputs);

    private static ConvNode Conv(WeightSource weights, string name, Node x, int outputs, int kernel, int dilation = 1) =>
        new(name, x, weights.Map($"{name}.conv.weight", outputs, x.Shape.Channels, kernel), weights.Read($"{name}.conv.bias", outputs), outputs, kernel, dilation: dilation);
}
