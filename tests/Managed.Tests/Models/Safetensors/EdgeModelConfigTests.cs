using System.Text.Json.Nodes;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Tests.Models.Safetensors;

public sealed class EdgeModelConfigTests(Files files) : IClassFixture<Files>
{
    [Fact]
    public void The_light_configuration_has_the_values_of_the_specification()
    {
        EdgeModelConfig c = EdgeModelConfig.Load(BuiltInModels.PathOf("edge-light"));
        Assert.Equal("39ee2b1bf4155eeda2f12fab815793b3a374ac5aa2b18fc08ce8300d3533694c", c.Space.ToString());
        Assert.Equal(("edge-codec-light", 1, 16000, 1280, 12.5, 16, 2048, 832), (c.Model, c.Version, c.SampleRate, c.SamplesPerToken, c.TokenRate, c.NumQuantizers, c.CodebookSize, c.DelaySamples));
        Assert.Equal((true, 11, new FrameRate(16000, 1280)), (c.CanEncode, c.BitsPerCode, c.Rate));
        Assert.Null(c.TokensFrom);
        Assert.Null(c.Embeddings);
        Assert.Equal(new FrontEndConfig(1024, 1024, 320, 704, 80, 1e-5, "htk", 0, 8000, "magnitude", "natural", "rows sum to 1"), c.FrontEnd);
        Assert.Equal(new EncoderConfig(3, 192, 4, 2, 4, 384, 3, 2, 7, 1e-6, false, "erf", 64), c.Encoder);
        Assert.Equal(new QuantizerConfig(16, 2048, 64, "squared euclidean, greedy residual"), c.Quantizer);
        Assert.Equal(
            new DecoderConfig(16, 64, 3, 384, 4, 3, 4, 256, 6, 2, 7, 1e-6, false, "erf", 16000, 320, 1024, 640, 80, 242, -14, 3, 150, 50, 500, 7900, 1, 1e-4),
            c.Decoder);
    }

    [Fact]
    public void The_meter_configuration_has_the_values_of_the_specification()
    {
        EdgeModelConfig c = EdgeModelConfig.Load(BuiltInModels.PathOf("edge-meter"));
        Assert.Equal(("edge-codec-meter", "edge-codec-light", 8000, 640, 4, 416), (c.Model, c.TokensFrom, c.SampleRate, c.SamplesPerToken, c.NumQuantizers, c.DelaySamples));
        Assert.False(c.CanEncode);
        Assert.Null(c.FrontEnd);
        Assert.Null(c.Quantizer);
        Assert.Equal(new EmbeddingsConfig(16, "concat", 4), c.Embeddings);
        Assert.Equal(
            new DecoderConfig(4, 64, 3, 96, 2, 2, 4, 80, 3, 2, 7, 1e-6, false, "erf", 8000, 160, 512, 320, 40, 122, -14, 3, 150, 50, 500, 3900, 1, 1e-4),
            c.Decoder);
    }

    [Theory]
    [InlineData("edge-light", "version", "2", "version: 2 is not within 1 to 1")]
    [InlineData("edge-light", "sample_rate", "16000.5", "sample_rate: 16000.5 is not a whole number")]
    [InlineData("edge-light", "sample_rate", "\"16000\"", "sample_rate: \"16000\" is not a whole number")]
    [InlineData("edge-light", "token_space", "\"39ee\"", "token_space: \"39ee\" is not 64 hexadecimal digits")]
    [InlineData("edge-light", "model", "\"\"", "model: \"\" is not 1 to 200 characters long")]
    [InlineData("edge-light", "token_rate", "12", "token_rate: 12 is not sample_rate / samples_per_token")]
    [InlineData("edge-light", "num_quantizers", "65", "num_quantizers: 65 is not within 1 to 64")]
    [InlineData("edge-light", "num_quantizers", "8", "quantizer.num_quantizers: 16 differs")]
    [InlineData("edge-light", "codebook_size", "1024", "quantizer.codebook_size: 2048 differs")]
    [InlineData("edge-light", "frontend.n_fft", "1000", "frontend.n_fft: 1000 is not a power of two")]
    [InlineData("edge-light", "frontend.left_pad", "703", "frontend.left_pad: 703 is not n_fft - hop = 704")]
    [InlineData("edge-light", "frontend.mel_floor", "0", "frontend.mel_floor: 0 is not within 1E-12 to 1")]
    [InlineData("edge-light", "frontend.f_max", "8001", "frontend.f_max: 8001 is not within 1 to 8000")]
    [InlineData("edge-light", "frontend.mel_scale", "\"slaney\"", "frontend.mel_scale: \"slaney\" is not supported")]
    [InlineData("edge-light", "frontend", "[]", "frontend: [] is not an object")]
    [InlineData("edge-light", "encoder.dim1", "-1", "encoder.dim1: -1 is not within 1 to 8192")]
    [InlineData("edge-light", "encoder.dim1", "1e99", "encoder.dim1: 1e99 is not a whole number")]
    [InlineData("edge-light", "encoder.blocks1", "1000000", "encoder.blocks1: 1000000 is not within 0 to 64")]
    [InlineData("edge-light", "encoder.layer_norm_affine", "true", "encoder.layer_norm_affine: true is not supported")]
    [InlineData("edge-light", "encoder.gelu", "\"tanh\"", "encoder.gelu: \"tanh\" is not supported")]
    [InlineData("edge-light", "encoder.downsample", "2", "samples_per_token: 1280 is not frontend.hop 320 * encoder.downsample 2")]
    [InlineData("edge-light", "quantizer.dim", "32", "quantizer.dim: 32 differs from encoder.latent_dim 64")]
    [InlineData("edge-light", "decoder.input_dim", "65", "decoder.input_dim: 65 is not the 64 that quantizer.dim")]
    [InlineData("edge-light", "decoder.head_outputs", "243", "decoder.head_outputs: 243 is not 3 * knots + 2 = 242")]
    [InlineData("edge-light", "decoder.win_length", "512", "decoder.win_length: 512 is not two hops of 320")]
    [InlineData("edge-light", "decoder.sample_rate", "8000", "decoder.harm_fmax: 7900.0 is not within 1 to 4000")]
    [InlineData("edge-light", "decoder.f0_max", "40", "decoder.f0_max: 40 is not above f0_min")]
    [InlineData("edge-light", "decoder.log_mag_max", "1e400", "decoder.log_mag_max: 1e400 is not")]
    [InlineData("edge-meter", "embeddings.dim", "17", "decoder.input_dim: 64 is not the 68 that embeddings.dim * num_quantizers")]
    [InlineData("edge-meter", "embeddings.combine", "\"sum\"", "embeddings.combine: \"sum\" is not supported")]
    public void A_wrong_value_is_refused_with_its_field_and_value(string model, string field, string json, string expected)
    {
        JsonObject root = Load(model);
        (JsonObject parent, string name) = Locate(root, field);
        parent[name] = JsonNode.Parse(json);
        Assert.Contains(expected, Refused(root.ToJsonString()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("edge-light")]
    [InlineData("edge-meter")]
    public void Every_missing_field_is_named(string model)
    {
        foreach (string field in Fields(Load(model), "").Where(IsRequired))
        {
            JsonObject root = Load(model);
            (JsonObject parent, string name) = Locate(root, field);
            parent.Remove(name);
            Assert.Equal($"{field}: is missing.", Refused(root.ToJsonString()));
        }
    }

    [Fact]
    public void Unknown_fields_are_ignored()
    {
        JsonObject root = Load("edge-light");
        root["future"] = new JsonObject { ["x"] = 1 };
        root["decoder"]!["future"] = "y";
        Assert.Equal("edge-codec-light", EdgeModelConfig.Load(Write(root.ToJsonString())).Model);
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("[1]", "root: is Array, not an object")]
    [InlineData("{\"version\":1,\"version\":1}", "not valid JSON")]
    [InlineData("{\"version\":1,\"sample_rate\":16000,\"decoder\":{},\"model\":\"\\ud800\"}", "not valid Unicode")]
    [InlineData("{\"version\":1", "not valid JSON")]
    public void What_is_not_a_configuration_is_refused(string text, string expected) =>
        Assert.Contains(expected, Refused(text), StringComparison.Ordinal);

    [Fact]
    public void A_file_of_more_than_1_MiB_is_refused_unread() =>
        Assert.Contains("length: ", Refused(new string(' ', (1 << 20) + 1)), StringComparison.Ordinal);

    [Fact]
    public void Random_mutations_load_or_give_one_kind_of_error()
    {
        var random = new Random(12);
        byte[] seed = File.ReadAllBytes(BuiltInModels.PathOf("edge-meter"));
        string path = files.PathOf("fuzz.json");
        for (int trial = 0; trial < 3000; trial++)
        {
            byte[] bytes = [.. seed];
            for (int n = random.Next(1, 4); n > 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, bytes);
            try
            {
                Assert.InRange(EdgeModelConfig.Load(path).NumQuantizers, 1, 64);
            }
            catch (ModelFormatException e)
            {
                Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
            }
        }
    }

    private static JsonObject Load(string model) => JsonNode.Parse(File.ReadAllText(BuiltInModels.PathOf(model)))!.AsObject();

    private static (JsonObject Parent, string Name) Locate(JsonObject root, string field) =>
        field.Split('.') is [string section, string name] ? (root[section]!.AsObject(), name) : (root, field);

    private static IEnumerable<string> Fields(JsonObject node, string path) => node.SelectMany(pair =>
        pair.Value is JsonObject inner ? Fields(inner, $"{path}{pair.Key}.").Prepend($"{path}{pair.Key}") : [$"{path}{pair.Key}"]);

    /// <summary>The counts of parameters are information only, the decoder repeats what embeddings says, and a model without an
    /// encoder is another kind of model.</summary>
    private static bool IsRequired(string field) =>
        !field.StartsWith("parameters", StringComparison.Ordinal) && !field.StartsWith("decoder.embedding_", StringComparison.Ordinal) && field != "encoder";

    private string Write(string json)
    {
        string path = files.PathOf("config.json");
        File.WriteAllText(path, json);
        return path;
    }

    private string Refused(string json)
    {
        string path = Write(json);
        var e = Assert.Throws<ModelFormatException>(() => EdgeModelConfig.Load(path));
        Assert.StartsWith(path + ": ", e.Message, StringComparison.Ordinal);
        return e.Message[(path.Length + 2)..];
    }
}
