using System.Text.Json.Nodes;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;

/// <summary>A copy of the golden model "tiny" in a folder of its own, to be damaged.</summary>
internal sealed class AlteredModel : IDisposable
{
    public AlteredModel()
    {
        Directory.CreateDirectory(Folder);
        File.Copy(Path.Combine(Qwen3Golden.Folder("tiny"), Qwen3Tts12HzConfig.FileName), ConfigPath);
        File.Copy(Path.Combine(Qwen3Golden.Folder("tiny"), Qwen3Tts12Hz.WeightsFileName), WeightsPath);
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "q3e-altered-" + Guid.NewGuid().ToString("N"));

    public string ConfigPath => Path.Combine(Folder, Qwen3Tts12HzConfig.FileName);

    public string WeightsPath => Path.Combine(Folder, Qwen3Tts12Hz.WeightsFileName);

    /// <summary>Changes the configuration.</summary>
    public AlteredModel Configure(Action<JsonObject> change)
    {
        JsonObject root = JsonNode.Parse(File.ReadAllText(ConfigPath))!.AsObject();
        change(root);
        File.WriteAllText(ConfigPath, root.ToJsonString());
        return this;
    }

    /// <summary>Writes the checkpoint again, each tensor as <paramref name="change"/> wants it; null leaves it out.</summary>
    public AlteredModel Rewrite(Func<string, long[], float[], (string Name, long[] Shape, float[] Values)?> change)
    {
        var writer = new SafetensorsWriter();
        using (SafetensorsFile file = SafetensorsFile.Open(WeightsPath))
        {
            foreach (TensorInfo info in file.Tensors.Values)
            {
                if (change(info.Name, info.Shape, file.ToFloat32(info.Name)) is { } tensor)
                {
                    writer.AddFloat32(tensor.Name, tensor.Shape, tensor.Values);
                }
            }
        }

        writer.Save(WeightsPath);
        return this;
    }

    /// <summary>What opening the model and building both graphs says.</summary>
    public string Refusal() => Assert.Throws<ModelFormatException>(() =>
    {
        using Qwen3Tts12Hz model = Qwen3Tts12Hz.Load(Folder);
        _ = model.Encoder();
        _ = model.Decoder;
    }).Message;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
