using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Models.Configuration;

/// <summary>
/// The configuration of a Qwen3-TTS-Tokenizer-12Hz folder, <c>config.json</c>. Keys that this version does not know are ignored; a key that is missing or null takes the value that
/// the authors' classes give it (QwenLM/Qwen3-TTS, <c>configuration_qwen3_tts_tokenizer_v2.py</c>; Hugging Face transformers 4.57, <c>MimiConfig</c>).
/// </summary>
/// <param name="Path">The file's path as given.</param>
/// <param name="SampleRate">Samples a second, in and out.</param>
/// <param name="SamplesPerFrame">Samples that a frame stands for.</param>
/// <param name="Layers">Layers that <c>encode</c> returns and the decoder takes.</param>
/// <param name="Encoder">The encoder.</param>
/// <param name="Decoder">The decoder.</param>
public sealed record Qwen3Tts12HzConfig(string Path, int SampleRate, int SamplesPerFrame, int Layers, Qwen3TtsEncoderConfig Encoder, Qwen3TtsDecoderConfig Decoder)
{
    /// <summary>What <c>model_type</c> says.</summary>
    public const string ModelType = "qwen3_tts_tokenizer_12hz";

    /// <summary>The configuration's file name in a model folder.</summary>
    public const string FileName = "config.json";

    internal const int MaxDimension = 16384;
    internal const int MaxLayers = 256;
    internal const int MaxFactor = 64;

    private const int DefaultSampleRate = 24000;
    private const int DefaultSamplesPerFrame = 1920;
    private const int DefaultLayers = 16;

    /// <summary>Frame rate.</summary>
    public FrameRate Rate => new(SampleRate, SamplesPerFrame);

    /// <summary>Entries of a codebook.</summary>
    public int CodebookSize => Decoder.CodebookSize;

    /// <summary>Bits that a code needs.</summary>
    public int BitsPerCode => System.Numerics.BitOperations.Log2((uint)CodebookSize - 1) + 1;

    /// <summary>Reads and checks a configuration file of at most 1 MiB.</summary>
    /// <exception cref="ModelFormatException">The file is not such a configuration, or a field is out of its range or contradicts another.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Qwen3Tts12HzConfig Load(string path) => ConfigFile.Read(path, root => Read(root, path));

    private static Qwen3Tts12HzConfig Read(ConfigSection root, string path)
    {
        root.Only("model_type", ModelType);
        ConfigSection empty = ConfigSection.Empty(path);
        var config = new Qwen3Tts12HzConfig(
            path,
            root.Int("input_sample_rate", EdgeModelConfig.MinSampleRate, EdgeModelConfig.MaxSampleRate, DefaultSampleRate),
            root.Int("encode_downsample_rate", 1, FrameRate.MaxSamplesPerFrame, DefaultSamplesPerFrame),
            root.Int("encoder_valid_num_quantizers", 1, Q3tHeader.MaxLayers, DefaultLayers),
            Qwen3TtsEncoderConfig.Read(root.Section("encoder_config") ?? empty),
            Qwen3TtsDecoderConfig.Read(root.Section("decoder_config") ?? throw root.Missing("decoder_config")));
        config.Check(root);
        return config;
    }

    private void Check(ConfigSection root)
    {
        if (root.Int("output_sample_rate", 1, int.MaxValue, DefaultSampleRate) != SampleRate)
            throw root.Contradiction("output_sample_rate", $"differs from input_sample_rate {SampleRate}");
        if (root.Int("decode_upsample_rate", 1, int.MaxValue, DefaultSamplesPerFrame) != SamplesPerFrame)
            throw root.Contradiction("decode_upsample_rate", $"differs from encode_downsample_rate {SamplesPerFrame}");
        if (Encoder.SampleRate != SampleRate)
            throw root.Disagreement("encoder_config.sampling_rate", $"is {Encoder.SampleRate}, but input_sample_rate is {SampleRate}");
        if (Encoder.SamplesPerFrame != SamplesPerFrame)
            throw root.Disagreement("encode_downsample_rate", $"is {SamplesPerFrame}, but the strides of encoder_config give {Encoder.SamplesPerFrame} samples a frame");
        if (Decoder.SamplesPerFrame != SamplesPerFrame)
            throw root.Disagreement("decode_upsample_rate", $"is {SamplesPerFrame}, but the rates of decoder_config give {Decoder.SamplesPerFrame} samples a frame");
        if (Encoder.Quantizers < Layers)
            throw root.Disagreement("encoder_valid_num_quantizers", $"is {Layers}, but encoder_config.num_quantizers is {Encoder.Quantizers}");
        if (Decoder.Quantizers != Layers)
            throw root.Disagreement("encoder_valid_num_quantizers", $"is {Layers}, but decoder_config.num_quantizers is {Decoder.Quantizers}");
        if (Encoder.CodebookSize != Decoder.CodebookSize)
            throw root.Disagreement("encoder_config.codebook_size", $"is {Encoder.CodebookSize}, but decoder_config.codebook_size is {Decoder.CodebookSize}");
    }
}
