using System.Security.Cryptography;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Models.Families;

/// <summary>
/// An edge codec model: configuration and graphs. <c>edge-light</c> and <c>edge-light-2</c> have an encoder and a decoder, <c>edge-meter</c> a decoder for the first one's token space.
/// Immutable; graphs may be run by any number of <see cref="FloatExecutor"/>s at once.
/// </summary>
public sealed class EdgeModel
{
    private readonly Lazy<Graph?> _minimalEncoder;

    private EdgeModel(string name, EdgeModelConfig config, Graph decoder, Graph? encoder, MinimalMap? minimal, byte[] weightsHash)
    {
        (Name, Config, Decoder, Encoder, MinimalMap, WeightsHash) = (name, config, decoder, encoder, minimal, weightsHash);
        _minimalEncoder = new Lazy<Graph?>(() => encoder is null || minimal is null ? null : MinimalMode.Encoder(encoder, minimal));
    }

    /// <summary>File name without extension, such as <c>edge-light</c>.</summary>
    public string Name { get; }

    /// <summary>The configuration.</summary>
    public EdgeModelConfig Config { get; }

    /// <summary>Input "codes" [1, layers] to output "samples" [hops, hop samples].</summary>
    public Graph Decoder { get; }

    /// <summary>Input "samples" [hops, hop samples] to output "codes" [1, layers]; null when the model only decodes.</summary>
    public Graph? Encoder { get; }

    /// <summary>
    /// The map of the model's minimal mode, from the file <c>&lt;name&gt;.q3m</c> beside its configuration or, where there is none, from the built-in model of the same token space;
    /// null when neither has one. Has at least the model's layers.
    /// </summary>
    public MinimalMap? MinimalMap { get; }

    /// <summary>
    /// Input "samples" [hops, hop samples] to output "codes" [1, layers], where only the entries of <see cref="MinimalMap"/> are searched, and the codes are minimal codes.
    /// Null when the model only decodes or has no map.
    /// </summary>
    public Graph? MinimalEncoder => _minimalEncoder.Value;

    /// <summary>SHA-256 of the weights file: with the name, what a cached build is found by.</summary>
    public byte[] WeightsHash { get; }

    /// <summary>Fewest layers that its decoder takes: 1 where layers are summed, all where they are concatenated.</summary>
    public int MinLayers => Config.MinLayers;

    /// <summary>Loads a model.</summary>
    /// <param name="nameOrPath">A built-in name, or the path of a model's .json or .safetensors file (the two lie side by side).</param>
    /// <exception cref="ModelFormatException">A file is missing or wrong, or the two do not fit each other; the message names the file.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static EdgeModel Load(string nameOrPath)
    {
        string path = Resolve(nameOrPath);
        EdgeModelConfig config = EdgeModelConfig.Load(path);
        if (!File.Exists(config.WeightsPath))
        {
            throw new ModelFormatException($"{config.WeightsPath}: the weights that belong to {path} are missing.");
        }

        using SafetensorsFile file = SafetensorsFile.Open(config.WeightsPath);
        var weights = new WeightSource(file);
        string name = Path.GetFileNameWithoutExtension(path);
        try
        {
            Graph decoder = EdgeCodecGraphs.Decoder(config, weights, name);
            Graph? encoder = config.CanEncode ? EdgeCodecGraphs.Encoder(config, weights, name) : null;
            // Codebooks of a model that has learnt to write another's tokens only say how it writes them.
            if (config is { Quantizer: not null, TokensFrom: null } && new TokenSpace(file.Sha256("quantizer.codebooks")) != config.Space)
            {
                throw new ModelFormatException($"{path}: token_space: is {config.Space}, but the codebooks in {config.WeightsPath} hash to {new TokenSpace(file.Sha256("quantizer.codebooks"))}.");
            }

            using FileStream stream = File.OpenRead(config.WeightsPath);
            return new EdgeModel(name, config, decoder, encoder, MinimalMode.Load(config), SHA256.HashData(stream));
        }
        catch (GraphException e)
        {
            throw new ModelFormatException($"{path}: {e.Message}", e);
        }
    }

    private static string Resolve(string nameOrPath)
    {
        if (BuiltInModels.TryResolve(nameOrPath, out string? builtIn))
        {
            return builtIn;
        }

        string path = Path.ChangeExtension(nameOrPath, ".json");
        if (Directory.Exists(nameOrPath))
        {
            throw new ModelFormatException($"{nameOrPath}: is a folder; an edge model is named by its .json or .safetensors file, or by one of {string.Join(", ", BuiltInModels.Names)}.");
        }

        return File.Exists(path)
            ? path
            : throw new ModelFormatException($"{nameOrPath}: is neither a built-in model ({string.Join(", ", BuiltInModels.Names)}) nor the path of a model file.");
    }
}
