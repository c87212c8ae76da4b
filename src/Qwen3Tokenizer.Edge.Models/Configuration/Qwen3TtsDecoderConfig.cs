namespace Qwen3Tokenizer.Edge.Models.Configuration;

/// <summary>The decoder of a Qwen3-TTS-Tokenizer-12Hz: <c>decoder_config</c>.</summary>
/// <param name="Quantizers">Layers, of which the first is semantic.</param>
/// <param name="CodebookSize">Entries of a codebook.</param>
/// <param name="CodebookDim">Channels behind the quantizer; an entry has half as many values.</param>
/// <param name="Latent">Channels around the transformer and the ConvNeXt blocks.</param>
/// <param name="Hidden">Channels of the transformer.</param>
/// <param name="Intermediate">Channels inside its feed-forward blocks.</param>
/// <param name="Blocks">Its layers.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key/value heads.</param>
/// <param name="HeadSize">Values of a head.</param>
/// <param name="NormEpsilon">Epsilon of its root mean square norms.</param>
/// <param name="RopeTheta">Base of its rotary frequencies.</param>
/// <param name="Window">Rows that a query sees, its own included.</param>
/// <param name="AttentionBias">Whether the attention's four projections have a bias.</param>
/// <param name="Ratios">Factors of the ConvNeXt upsampling stages.</param>
/// <param name="Channels">Channels of the first Snake stage; each stage halves them.</param>
/// <param name="Rates">Factors of the Snake stages.</param>
public sealed record Qwen3TtsDecoderConfig(
    int Quantizers, int CodebookSize, int CodebookDim, int Latent, int Hidden, int Intermediate, int Blocks, int Heads, int KeyValueHeads, int HeadSize, double NormEpsilon,
    double RopeTheta, int Window, bool AttentionBias, int[] Ratios, int Channels, int[] Rates)
{
    private const int MaxDimension = Qwen3Tts12HzConfig.MaxDimension;

    /// <summary>Samples a frame: the product of all factors.</summary>
    public int SamplesPerFrame => Ratios.Concat(Rates).Aggregate(1, (product, r) => (int)Math.Min(int.MaxValue, (long)product * r));

    internal static Qwen3TtsDecoderConfig Read(ConfigSection section)
    {
        section.OnlyIfGiven("hidden_act", "silu");
        section.Int("num_semantic_quantizers", 1, 1, 1);
        int hidden = section.Int("hidden_size", 1, MaxDimension, 1024), heads = section.Int("num_attention_heads", 1, MaxDimension, 16);
        var config = new Qwen3TtsDecoderConfig(
            section.Int("num_quantizers", 2, Q3tHeader.MaxLayers, 16),
            section.Int("codebook_size", 2, EdgeModelConfig.MaxCodebookSize, 2048),
            section.Int("codebook_dim", 2, MaxDimension),
            section.Int("latent_dim", 1, MaxDimension, 1024),
            hidden,
            section.Int("intermediate_size", 1, MaxDimension, 3072),
            section.Int("num_hidden_layers", 0, Qwen3Tts12HzConfig.MaxLayers, 8),
            heads,
            section.Int("num_key_value_heads", 1, MaxDimension, 16),
            section.Int("head_dim", 2, MaxDimension, hidden / heads),
            section.Number("rms_norm_eps", 1e-12, 1, 1e-5),
            section.Number("rope_theta", 1, 1e9, 10000),
            section.Int("sliding_window", 1, 65536, 72),
            section.Bool("attention_bias", false),
            section.Ints("upsampling_ratios", 1, Qwen3Tts12HzConfig.MaxFactor, [2, 2]),
            section.Int("decoder_dim", 1, MaxDimension, 1536),
            section.Ints("upsample_rates", 1, Qwen3Tts12HzConfig.MaxFactor, [8, 5, 4, 3]));
        if (config.CodebookDim % 2 != 0)
            throw section.Contradiction("codebook_dim", "is odd; an entry has half as many values");
        if (config.Channels % (1 << config.Rates.Length) != 0)
            throw section.Disagreement("decoder_dim", $"is {config.Channels}, which {config.Rates.Length} stages cannot halve");
        return config;
    }
}
