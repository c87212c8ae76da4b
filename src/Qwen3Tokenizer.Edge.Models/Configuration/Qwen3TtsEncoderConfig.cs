namespace Qwen3Tokenizer.Edge.Models.Configuration;

/// <summary>The encoder of a Qwen3-TTS-Tokenizer-12Hz: <c>encoder_config</c>, a Mimi configuration.</summary>
/// <param name="SampleRate">Samples a second.</param>
/// <param name="Filters">Channels behind the first convolution.</param>
/// <param name="Ratios">Strides, the last stage first (as stored).</param>
/// <param name="ResidualLayers">Residual units a stage.</param>
/// <param name="Kernel">Taps of the first convolution.</param>
/// <param name="LastKernel">Taps of the last convolution.</param>
/// <param name="ResidualKernel">Taps of a residual unit.</param>
/// <param name="DilationGrowth">Factor of the dilation from one residual unit of a stage to the next.</param>
/// <param name="Compress">Factor by which a residual unit is narrower inside.</param>
/// <param name="Hidden">Channels of the transformer.</param>
/// <param name="Intermediate">Channels inside its feed-forward blocks.</param>
/// <param name="Blocks">Its layers.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key/value heads.</param>
/// <param name="HeadSize">Values of a head.</param>
/// <param name="NormEpsilon">Epsilon of its layer norms.</param>
/// <param name="RopeTheta">Base of its rotary frequencies.</param>
/// <param name="Window">Rows that a query would see if the reference honoured its <c>sliding_window</c>; it does not (tests/data/qwen3-golden/README.md, section 7.1).</param>
/// <param name="Quantizers">Stored layers, of which the first is semantic.</param>
/// <param name="CodebookSize">Entries of a codebook.</param>
/// <param name="CodebookDim">Values of an entry.</param>
public sealed record Qwen3TtsEncoderConfig(
    int SampleRate, int Filters, int[] Ratios, int ResidualLayers, int Kernel, int LastKernel, int ResidualKernel, int DilationGrowth, int Compress, int Hidden, int Intermediate,
    int Blocks, int Heads, int KeyValueHeads, int HeadSize, double NormEpsilon, double RopeTheta, int Window, int Quantizers, int CodebookSize, int CodebookDim)
{
    /// <summary>Stride of the convolution behind the transformer.</summary>
    public const int DownsampleStride = 2;

    private const int MaxDimension = Qwen3Tts12HzConfig.MaxDimension;

    /// <summary>Samples a frame: the product of all strides.</summary>
    public int SamplesPerFrame => Ratios.Aggregate(DownsampleStride, (product, r) => (int)Math.Min(int.MaxValue, (long)product * r));

    internal static Qwen3TtsEncoderConfig Read(ConfigSection section)
    {
        section.OnlyIfGiven("hidden_act", "gelu");
        section.OnlyIfGiven("pad_mode", "constant");
        section.OnlyIfGiven("use_causal_conv", true);
        section.OnlyIfGiven("use_conv_shortcut", false);
        section.OnlyIfGiven("attention_bias", false);
        section.Int("audio_channels", 1, 1, 1);
        section.Int("num_semantic_quantizers", 1, 1, 1);
        int hidden = section.Int("hidden_size", 1, MaxDimension, 512), heads = section.Int("num_attention_heads", 1, MaxDimension, 8);
        int codebookDim = section.Int("codebook_dim", 1, MaxDimension, 256);
        var config = new Qwen3TtsEncoderConfig(
            section.Int("sampling_rate", EdgeModelConfig.MinSampleRate, EdgeModelConfig.MaxSampleRate, 24000),
            section.Int("num_filters", 1, MaxDimension, 64),
            section.Ints("upsampling_ratios", 1, Qwen3Tts12HzConfig.MaxFactor, [8, 6, 5, 4]),
            section.Int("num_residual_layers", 0, 16, 1),
            section.Int("kernel_size", 1, 64, 7),
            section.Int("last_kernel_size", 1, 64, 3),
            section.Int("residual_kernel_size", 1, 64, 3),
            section.Int("dilation_growth_rate", 1, 16, 2),
            section.Int("compress", 1, 64, 2),
            hidden,
            section.Int("intermediate_size", 1, MaxDimension, 2048),
            section.Int("num_hidden_layers", 0, Qwen3Tts12HzConfig.MaxLayers, 8),
            heads,
            section.Int("num_key_value_heads", 1, MaxDimension, heads),
            section.Int("head_dim", 2, MaxDimension, hidden / heads),
            section.Number("norm_eps", 1e-12, 1, 1e-5),
            section.Number("rope_theta", 1, 1e9, 10000),
            section.Int("sliding_window", 1, int.MaxValue, 250),
            section.Int("num_quantizers", 1, Q3tHeader.MaxLayers, 32),
            section.Int("codebook_size", 2, EdgeModelConfig.MaxCodebookSize, 2048),
            codebookDim);

        // A stage doubles the channels: the last has as many as 2^stages times the first.
        if ((long)config.Filters << config.Ratios.Length > MaxDimension)
            throw section.Contradiction("num_filters", $"doubled in {config.Ratios.Length} stages exceeds {MaxDimension} channels");
        if (section.Int("vector_quantization_hidden_dimension", 1, MaxDimension, 256) != codebookDim)
            throw section.Disagreement("vector_quantization_hidden_dimension", $"differs from codebook_dim {codebookDim}");
        double frameRate = section.Number("_frame_rate", 0.1, 1000, section.Number("frame_rate", 0.1, 1000, 12.5));
        if (frameRate * config.SamplesPerFrame != config.SampleRate)
            throw section.Disagreement("_frame_rate", FormattableString.Invariant($"is {frameRate}, but sampling_rate {config.SampleRate} and the strides give {(double)config.SampleRate / config.SamplesPerFrame}"));
        return config;
    }
}
