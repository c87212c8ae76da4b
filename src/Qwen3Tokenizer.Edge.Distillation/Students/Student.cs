using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Distillation.Students;

/// <summary>An edge model in training: its configuration and its weights. <see cref="Save"/> writes what <see cref="Models.Families.EdgeModel.Load"/> reads.</summary>
public sealed class Student
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly JsonObject _json;

    private Student(JsonObject json, EdgeModelConfig config, TensorStore weights) => (_json, Config, Weights) = (json, config, weights);

    /// <summary>The tiers whose configurations come with the tool.</summary>
    public static IReadOnlyList<string> Tiers { get; } = ["light", "lib", "meter"];

    /// <summary>The configuration.</summary>
    public EdgeModelConfig Config { get; }

    /// <summary>The weights.</summary>
    public TensorStore Weights { get; }

    /// <summary>A fresh student.</summary>
    /// <param name="tierOrPath">One of <see cref="Tiers"/>, or the path of a configuration file in the form of an edge model's.</param>
    /// <param name="seed">Seed of its weights.</param>
    /// <param name="tokens">The tokens that it is to write or read: a tier takes over their number of codes, and of layers where there are fewer than its own. Null for the tier as it is.</param>
    /// <exception cref="ModelFormatException">The configuration is wrong.</exception>
    public static Student Create(string tierOrPath, ulong seed, CodecFacts? tokens = null)
    {
        if (!Tiers.Contains(tierOrPath) && !File.Exists(tierOrPath))
        {
            throw new ModelFormatException($"{tierOrPath}: is neither a tier ({string.Join(", ", Tiers)}) nor the path of a configuration file.");
        }

        byte[] text = Tiers.Contains(tierOrPath) ? TierText(tierOrPath) : File.ReadAllBytes(tierOrPath);
        if (tokens is not null && Tiers.Contains(tierOrPath))
        {
            text = Fit(text, tokens);
        }

        EdgeModelConfig config = EdgeModelConfig.Parse(text, tierOrPath);
        return new Student(JsonNode.Parse(text)!.AsObject(), config, new TensorStore(tierOrPath, new WeightInitializer(config, seed).Create));
    }

    /// <summary>A model that exists, to be trained further.</summary>
    /// <param name="nameOrPath">A built-in name or the path of a model's .json file.</param>
    public static Student Load(string nameOrPath)
    {
        string path = BuiltInModels.TryResolve(nameOrPath, out string? builtIn) ? builtIn : Path.ChangeExtension(nameOrPath, ".json");
        EdgeModelConfig config = EdgeModelConfig.Load(path);
        using SafetensorsFile file = SafetensorsFile.Open(config.WeightsPath);
        var weights = new TensorStore(config.WeightsPath);
        weights.CopyFrom(file);
        return new Student(JsonNode.Parse(File.ReadAllBytes(path))!.AsObject(), config, weights);
    }

    /// <summary>Writes configuration and weights side by side: matrices as float16, biases and tables as float32. Each file appears whole or not at all.</summary>
    /// <param name="path">Path of the .json file.</param>
    /// <param name="space">The token space of the teacher's tokens; null where the student has codebooks of its own, whose hash it then is.</param>
    /// <param name="tokensFrom">The model whose encoder makes the tokens, for a student that only decodes or has learnt to write them; null where the tokens are its own.</param>
    /// <param name="written">Gives for a tensor and its name the values to write in place of its own, such as moving averages, or null.</param>
    public void Save(string path, TokenSpace? space, string? tokensFrom, Func<string, TensorStore.Tensor, float[]?>? written = null)
    {
        path = Path.ChangeExtension(path, ".json");
        var writer = new SafetensorsWriter();
        writer.SetMetadata("format", "edge-codec");
        writer.SetMetadata("version", "1");
        foreach ((string name, TensorStore.Tensor tensor) in Weights.Tensors.Where(t => t.Key != Training.EncoderTrainer.SharpnessName))
        {
            ReadOnlySpan<float> own = written?.Invoke(name, tensor) ?? tensor.Values;
            if (IsHalf(name))
            {
                var halves = new Half[own.Length];
                System.Numerics.Tensors.TensorPrimitives.ConvertToHalf(own, halves);
                writer.AddFloat16(name, tensor.Shape, halves);
                if (name == "quantizer.codebooks")
                {
                    space ??= new TokenSpace(SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(halves.AsSpan())));
                }
            }
            else
            {
                writer.AddFloat32(name, tensor.Shape, own);
            }
        }

        var json = (JsonObject)_json.DeepClone();
        json["token_space"] = (space ?? Config.Space).ToString();
        if (tokensFrom is not null)
        {
            json["tokens_from"] = tokensFrom;
        }

        writer.Save(Path.ChangeExtension(path, ".safetensors"));
        File.WriteAllText(path + ".tmp", json.ToJsonString(Indented) + "\n");
        File.Move(path + ".tmp", path, overwrite: true);
    }

    /// <summary>Whether a tensor is stored in half precision: matrices, codebooks and embeddings, but no bias and no table of the front-end or the synthesis.</summary>
    public static bool IsHalf(string name) =>
        name.EndsWith(".weight", StringComparison.Ordinal) || name is "quantizer.codebooks" or "decoder.embeddings";

    private static byte[] Fit(byte[] tier, CodecFacts tokens)
    {
        JsonObject json = JsonNode.Parse(tier)!.AsObject();
        int layers = Math.Min((int)json["num_quantizers"]!, tokens.Layers);
        (json["codebook_size"], json["num_quantizers"], json["decoder"]!["num_quantizers"]) = (tokens.CodebookSize, layers, layers);
        if (json["quantizer"] is { } quantizer)
        {
            (quantizer["codebook_size"], quantizer["num_quantizers"]) = (tokens.CodebookSize, layers);
        }

        if (json["embeddings"] is { } embeddings)
        {
            json["decoder"]!["input_dim"] = layers * (int)embeddings["dim"]!;
        }

        return System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private static byte[] TierText(string tier)
    {
        using Stream stream = typeof(Student).Assembly.GetManifestResourceStream($"{tier}.json")!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
