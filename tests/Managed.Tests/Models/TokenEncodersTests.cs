using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Tests.Distillation;

namespace Qwen3Tokenizer.Edge.Tests.Models;

/// <summary>Which model makes the tokens of a decoder, and so what the build tool calibrates it on.</summary>
public sealed class TokenEncodersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("q3e-encoders-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("edge-light", "edge-light")]
    [InlineData("edge-light-2", "edge-light-2")]
    [InlineData("edge-meter", "edge-light")]
    public void Built_in_tokens_are_a_built_in_models(string decoder, string encoder) =>
        Assert.Equal(BuiltInModels.PathOf(encoder), TokenEncoders.Find(EdgeModelConfig.Load(BuiltInModels.PathOf(decoder)))!.Path);

    [Fact]
    public void Tokens_of_a_codec_of_ones_own_are_made_by_the_codec_beside_the_decoder()
    {
        string codec = Path.Combine(_folder, "codec.json");
        Student taught = Student.Create(TinyStudents.Codec(Directory.CreateDirectory(Path.Combine(_folder, "tiers")).FullName, layers: 2, codes: 2048), 1);
        _ = (EdgeCodecGraphs.Encoder(taught.Config, taught.Weights, "codec"), EdgeCodecGraphs.Decoder(taught.Config, taught.Weights, "codec"));
        taught.Save(codec, null, null);
        TokenSpace space = EdgeModelConfig.Load(codec).Space;
        EdgeModel decoder = Decoder("decoder.json", space);
        File.WriteAllText(Path.Combine(_folder, "alerts.json"), "[]");
        File.WriteAllText(Path.Combine(_folder, "alerts.safetensors"), "neither");

        Assert.Equal(codec, TokenEncoders.Find(decoder.Config)!.Path);
        Assert.All(CalibrationClips.Load(decoder), clip => Assert.Equal(space, clip.Space));

        File.Delete(codec);
        Assert.Null(TokenEncoders.Find(decoder.Config));
        BuildException error = Assert.Throws<BuildException>(() => CalibrationClips.Load(decoder));
        Assert.Contains("'decoder' has no encoder", error.Message, StringComparison.Ordinal);
        Assert.Contains(space.ToString(), error.Message, StringComparison.Ordinal);
    }

    private EdgeModel Decoder(string name, TokenSpace space)
    {
        string path = Path.Combine(_folder, name);
        Student student = Student.Create(TinyStudents.Decoder(Path.Combine(_folder, "tiers")), 1);
        _ = EdgeCodecGraphs.Decoder(student.Config, student.Weights, "decoder");
        student.Save(path, space, "codec");
        return EdgeModel.Load(path);
    }
}
