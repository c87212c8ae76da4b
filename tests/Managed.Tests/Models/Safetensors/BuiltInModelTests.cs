using System.Security.Cryptography;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Tests.Models.Safetensors;

public sealed class BuiltInModelTests
{
    [Theory]
    [InlineData("edge-light")]
    [InlineData("edge-light-2")]
    public void A_light_models_codebooks_are_its_token_space(string name)
    {
        EdgeModelConfig config = EdgeModelConfig.Load(BuiltInModels.PathOf(name));
        using SafetensorsFile weights = SafetensorsFile.Open(config.WeightsPath);
        Assert.Equal(new long[] { 16, 2048, 64 }, weights.Info("quantizer.codebooks").Shape);
        Assert.Equal(config.Space, new TokenSpace(weights.Sha256("quantizer.codebooks")));
        Assert.Equal(config.Space, TokenSpace.OfCodebooks(weights.Bytes("quantizer.codebooks")));
    }

    [Fact]
    public void The_meter_model_reads_the_light_models_tokens()
    {
        EdgeModelConfig light = EdgeModelConfig.Load(BuiltInModels.PathOf("edge-light"));
        EdgeModelConfig meter = EdgeModelConfig.Load(BuiltInModels.PathOf("edge-meter"));
        Assert.Equal(light.Space, meter.Space);
        Assert.Equal(light.Model, meter.TokensFrom);
        Assert.Equal(light.CodebookSize, meter.CodebookSize);
        Assert.Equal(light.TokenRate, meter.TokenRate);
    }

    [Theory]
    [InlineData("edge-light", "encoder.conv_in.weight", 192, 80, 3)]
    [InlineData("edge-light", "decoder.conv_in.weight", 384, 64, 3)]
    [InlineData("edge-light-2", "encoder.conv_in.weight", 192, 80, 3)]
    [InlineData("edge-light-2", "decoder.conv_in.weight", 384, 64, 3)]
    [InlineData("edge-meter", "decoder.conv_in.weight", 96, 64, 3)]
    public void Weights_open_and_have_the_specified_shapes(string model, string tensor, long a, long b, long c)
    {
        using SafetensorsFile weights = SafetensorsFile.Open(EdgeModelConfig.Load(BuiltInModels.PathOf(model)).WeightsPath);
        Assert.Equal(new[] { a, b, c }, weights.Info(tensor).Shape);
        Assert.All(weights.ToFloat32(tensor), v => Assert.True(float.IsFinite(v)));
        Assert.All(weights.Tensors.Values, t => Assert.True(t.DType is DType.F16 or DType.F32));
    }

    [Fact]
    public void Every_shipped_file_has_the_checksum_that_its_provenance_states()
    {
        string folder = Path.GetDirectoryName(BuiltInModels.PathOf(BuiltInModels.Default))!;
        (string Sum, string File)[] stated = [.. File.ReadLines(Path.Combine(folder, "PROVENANCE.md"))
            .Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is [{ Length: 64 }, _])
            .Select(words => (words[0], words[1]))];
        Assert.Equal(
            ["corpus.tsv", "edge-light-2.json", "edge-light-2.q3m", "edge-light-2.safetensors", "edge-light-2.tsv", "edge-light.json", "edge-light.q3m", "edge-light.safetensors", "edge-meter.json", "edge-meter.safetensors"],
            stated.Select(s => s.File).Order(StringComparer.Ordinal));
        Assert.All(stated, s => Assert.Equal(s.Sum, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, s.File))))));
    }

    [Fact]
    public void Only_built_in_names_resolve()
    {
        Assert.Equal(["edge-light", "edge-light-2", "edge-meter"], BuiltInModels.Names);
        Assert.All(BuiltInModels.Names, name => Assert.True(File.Exists(BuiltInModels.PathOf(name))));
        Assert.False(BuiltInModels.TryResolve("../edge-light", out _));
        Assert.False(BuiltInModels.TryResolve("Edge-Light", out _));
        Assert.Throws<ArgumentException>(() => BuiltInModels.PathOf("edge-huge"));
    }
}
