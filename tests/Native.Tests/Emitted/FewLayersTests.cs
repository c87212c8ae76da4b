using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>A decoder whose layers' vectors lie side by side and that works with any number of them: zeros stand for absent ones.</summary>
public sealed class FewLayersTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("q3e-few-layers-");

    [Fact]
    public void A_decoder_of_concatenated_layers_takes_any_number_of_them_as_the_oracle_does()
    {
        string json = Path.Combine(_folder.FullName, "few.json");
        File.WriteAllText(json, File.ReadAllText(BuiltInModels.PathOf("edge-meter")).Replace("\"combine\": \"concat\"", "\"combine\": \"concat\", \"min_layers\": 1", StringComparison.Ordinal));
        File.Copy(Path.ChangeExtension(BuiltInModels.PathOf("edge-meter"), ".safetensors"), Path.ChangeExtension(json, ".safetensors"));
        EdgeModel model = EdgeModel.Load(json);
        Assert.Equal(1, model.MinLayers);
        List<TokenClip> clips = CalibrationClips.Load(EdgeModel.Load("edge-light"));
        BuildResult build = HostBuild.Build(model, Path.Combine(_folder.FullName, "out"));
        (LoweredGraph lowered, _, ModelSource source) = HostBuild.Emit(model, clips, layout: Board.Load("host").WeightLayout);
        var built = new BuiltModel(model, build, lowered.Program, source, _folder.CreateSubdirectory("scratch").FullName);
        string program = Tools.Link("gcc", built, "stream", [.. Tools.Strict, "-O2", .. built.ModelOptions], [.. built.Library, Tools.CFile("emitted/stream.c")]);
        FrameStream stream = FrameStream.Random(5, 24, model.Config.CodebookSize, (random, t) => t < 4 ? t + 1 : random.Next(1, 5));
        Assert.Equal(stream.DecodeWith(new IntegerOracle(built.Program)), stream.DecodeWith(program, built.Scratch));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
