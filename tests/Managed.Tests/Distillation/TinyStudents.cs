using System.Text.Json.Nodes;
using Qwen3Tokenizer.Edge.Distillation.Students;

namespace Qwen3Tokenizer.Edge.Tests.Distillation;

/// <summary>Configurations as small as they can be, for runs that last seconds.</summary>
internal static class TinyStudents
{
    /// <summary>A decoder at 8 kHz for the first two layers of edge-light's tokens.</summary>
    public static string Decoder(string folder)
    {
        JsonObject json = Shipped("edge-meter");
        json["num_quantizers"] = 2;
        json["embeddings"]!["dim"] = 4;
        Shrink(json["decoder"]!.AsObject(), layers: 2, input: 8);
        return Write(json, folder, "tiny-decoder.json");
    }

    /// <summary>A whole codec at 16 kHz.</summary>
    public static string Codec(string folder, int layers = 3, int codes = 16)
    {
        JsonObject json = Shipped("edge-light");
        json["num_quantizers"] = layers;
        json["codebook_size"] = codes;
        json["quantizer"]!["num_quantizers"] = layers;
        json["quantizer"]!["codebook_size"] = codes;
        json["quantizer"]!["dim"] = 6;
        JsonNode encoder = json["encoder"]!;
        (encoder["dim1"], encoder["blocks1"], encoder["dim2"], encoder["blocks2"], encoder["latent_dim"]) = (8, 1, 8, 1, 6);
        Shrink(json["decoder"]!.AsObject(), layers, input: 6);
        return Write(json, folder, "tiny-codec.json");
    }

    private static JsonObject Shipped(string name) => JsonNode.Parse(File.ReadAllText(Edge.Models.Configuration.BuiltInModels.PathOf(name)))!.AsObject();

    private static void Shrink(JsonObject decoder, int layers, int input)
    {
        (decoder["num_quantizers"], decoder["input_dim"], decoder["dim1"], decoder["blocks1"], decoder["dim2"], decoder["blocks2"]) = (layers, input, 8, 1, 8, 1);
    }

    private static string Write(JsonObject json, string folder, string name)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, json.ToJsonString());
        Assert.NotNull(Student.Create(path, 1).Config);
        return path;
    }
}
