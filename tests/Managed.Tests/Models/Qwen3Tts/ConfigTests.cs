using System.Text.Json.Nodes;
using Qwen3Tokenizer.Edge.Models.Configuration;

namespace Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;

/// <summary>The full-size model's configuration: what the authors' classes take when a key is missing, and what is refused.</summary>
public class ConfigTests
{
    // Defaults that the released configuration agrees with, so that leaving them out changes nothing.
    private static readonly string[] DecoderDefaults =
        ["latent_dim", "codebook_size", "decoder_dim", "num_attention_heads", "num_key_value_heads", "num_hidden_layers", "num_quantizers", "rms_norm_eps", "rope_theta", "sliding_window", "upsample_rates", "upsampling_ratios", "hidden_act", "attention_bias"];

    [Fact]
    public void The_full_size_configuration_is_read()
    {
        Qwen3Tts12HzConfig config = Full();

        Assert.Equal((24000, 1920, 16, 2048, 11), (config.SampleRate, config.SamplesPerFrame, config.Layers, config.CodebookSize, config.BitsPerCode));
        Assert.Equal((512, 1024, 64, 16, 8, 72), (config.Decoder.Hidden, config.Decoder.Intermediate, config.Decoder.HeadSize, config.Decoder.Heads, config.Decoder.Blocks, config.Decoder.Window));
        Assert.Equal((512, 2048, 64, 8, 8, 250, 32), (config.Encoder.Hidden, config.Encoder.Intermediate, config.Encoder.HeadSize, config.Encoder.Heads, config.Encoder.Blocks, config.Encoder.Window, config.Encoder.Quantizers));
    }

    [Fact]
    public void Missing_keys_take_the_values_of_the_reference()
    {
        Qwen3Tts12HzConfig full = Full();
        Qwen3Tts12HzConfig config = Full(root =>
        {
            foreach (string name in (ReadOnlySpan<string>)["input_sample_rate", "output_sample_rate", "encode_downsample_rate", "decode_upsample_rate", "encoder_valid_num_quantizers", "encoder_config"])
            {
                root.Remove(name);
            }

            foreach (string name in DecoderDefaults)
            {
                Assert.True(root["decoder_config"]!.AsObject().Remove(name), name);
            }
        });

        Assert.Equal(full.Decoder with { Rates = [], Ratios = [] }, config.Decoder with { Rates = [], Ratios = [] });
        Assert.Equal(full.Encoder with { Ratios = [] }, config.Encoder with { Ratios = [] });
        Assert.Equal([8, 5, 4, 3], config.Decoder.Rates);
        Assert.Equal([2, 2], config.Decoder.Ratios);
        Assert.Equal([8, 6, 5, 4], config.Encoder.Ratios);
    }

    [Fact]
    public void Keys_whose_class_defaults_differ_from_the_released_model_take_the_defaults()
    {
        Qwen3Tts12HzConfig config = Full(root =>
        {
            JsonObject decoder = root["decoder_config"]!.AsObject();
            decoder.Remove("hidden_size");
            decoder.Remove("intermediate_size");
            decoder["head_dim"] = null;
        });

        Assert.Equal((1024, 3072, 1024 / 16), (config.Decoder.Hidden, config.Decoder.Intermediate, config.Decoder.HeadSize));
    }

    [Fact]
    public void Unknown_keys_are_ignored()
    {
        Qwen3Tts12HzConfig config = Full(root =>
        {
            root["transformers_version"] = "4.57.3";
            root["decoder_config"]!["something_new"] = new JsonArray(1, 2);
        });

        Assert.Equal(16, config.Layers);
    }

    [Theory]
    [InlineData("model_type", "\"qwen3_tts_tokenizer_25hz\"", "model_type: \"qwen3_tts_tokenizer_25hz\" is not supported, only \"qwen3_tts_tokenizer_12hz\" is.")]
    [InlineData("encoder_valid_num_quantizers", "40", "encoder_valid_num_quantizers: is 40, but encoder_config.num_quantizers is 32.")]
    [InlineData("encode_downsample_rate", "1919", "decode_upsample_rate: 1920 differs from encode_downsample_rate 1919.")]
    [InlineData("decoder_config/upsample_rates", "[8,5,4,2]", "decode_upsample_rate: is 1920, but the rates of decoder_config give 1280 samples a frame.")]
    [InlineData("output_sample_rate", "48000", "output_sample_rate: 48000 differs from input_sample_rate 24000.")]
    [InlineData("decoder_config/codebook_dim", null, "decoder_config.codebook_dim: is missing.")]
    [InlineData("decoder_config/hidden_act", "\"relu\"", "decoder_config.hidden_act: \"relu\" is not supported, only \"silu\" is.")]
    [InlineData("decoder_config/sliding_window", "0", "decoder_config.sliding_window: 0 is not within 1 to 65536.")]
    [InlineData("decoder_config/upsample_rates", "[8,5,4,0]", "decoder_config.upsample_rates: [8,5,4,0] is not a list of whole numbers within 1 to 64.")]
    [InlineData("decoder_config/upsample_rates", "\"8\"", "decoder_config.upsample_rates: \"8\" is not a list of 1 to 16 whole numbers.")]
    [InlineData("decoder_config/attention_bias", "1", "decoder_config.attention_bias: 1 is not true or false.")]
    [InlineData("encoder_config/use_causal_conv", "false", "encoder_config.use_causal_conv: false is not supported, only true is.")]
    [InlineData("encoder_config/_frame_rate", "25", "encoder_config._frame_rate: is 25, but sampling_rate 24000 and the strides give 12.5.")]
    public void A_value_that_cannot_be_is_refused_with_file_and_field(string field, string? value, string expected)
    {
        using var model = new AlteredModel();
        File.Copy(TestData.Path("qwen3-golden/full-config.json"), model.ConfigPath, overwrite: true);
        model.Configure(root =>
        {
            string[] path = field.Split('/');
            JsonObject parent = path.Length == 1 ? root : root[path[0]]!.AsObject();
            parent.Remove(path[^1]);
            if (value is not null)
            {
                parent[path[^1]] = JsonNode.Parse(value);
            }
        });

        Assert.Equal($"{model.ConfigPath}: {expected}", model.Refusal());
    }

    [Fact]
    public void Text_that_is_not_json_is_refused()
    {
        using var model = new AlteredModel();
        File.WriteAllText(model.ConfigPath, "{\"model_type\": ");

        Assert.StartsWith($"{model.ConfigPath}: root: is not valid JSON: ", model.Refusal(), StringComparison.Ordinal);
    }

    private static Qwen3Tts12HzConfig Full(Action<JsonObject>? change = null)
    {
        using var model = new AlteredModel();
        File.Copy(TestData.Path("qwen3-golden/full-config.json"), model.ConfigPath, overwrite: true);
        return Qwen3Tts12HzConfig.Load(model.Configure(change ?? (_ => { })).ConfigPath);
    }
}
