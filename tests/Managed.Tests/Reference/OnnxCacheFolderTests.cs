using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Reference;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using Qwen3Tokenizer.Edge.Tests.Compiler;
using Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;

namespace Qwen3Tokenizer.Edge.Tests.Reference;

/// <summary>Where an ONNX file goes when it cannot lie beside its checkpoint.</summary>
[Collection(EnvironmentVariables.Name)]
public sealed class OnnxCacheFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("q3e-onnx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_that_cannot_lie_beside_its_checkpoint_goes_to_the_users_cache_with_all_its_weights()
    {
        string cache = Path.Combine(_folder, "cache"), beside = Path.Combine(_folder, "model"), checkpoint = Path.Combine(beside, Qwen3Tts12Hz.WeightsFileName);
        Directory.CreateDirectory(beside);
        File.Copy(Path.Combine(Qwen3Golden.Folder("tiny"), "config.json"), Path.Combine(beside, "config.json"));
        File.Copy(Path.Combine(Qwen3Golden.Folder("tiny"), Qwen3Tts12Hz.WeightsFileName), checkpoint);
        using var variable = new EnvironmentVariables.Scope("Q3E_CACHE", cache);
        using Qwen3Tts12Hz model = Qwen3Tts12Hz.Load(beside);

        // A folder in the place of the file refuses it to everybody, the superuser included.
        string first = OnnxFile.Cached(model.Encoder(), checkpoint);
        File.Delete(first);
        Directory.CreateDirectory(first);
        string second = OnnxFile.Cached(model.Encoder(), checkpoint);

        Assert.Equal(Path.Combine(cache, "onnx"), Path.GetDirectoryName(second));
        ModelProto proto = ModelProto.Parser.ParseFrom(File.ReadAllBytes(second));
        string[] locations = [.. proto.Graph.Initializer.SelectMany(t => t.ExternalData).Where(e => e.Key == "location").Select(e => e.Value).Distinct()];
        Assert.Equal([Path.GetFileName(second) + OnnxFile.DataSuffix], locations);
        Assert.DoesNotContain(Directory.GetFiles(beside), f => f.EndsWith(".tmp", StringComparison.Ordinal));
    }
}
