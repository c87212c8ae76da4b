using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Models.Families;

/// <summary>Which model makes the tokens that a decoder takes.</summary>
public static class TokenEncoders
{
    // A configuration has less than 4 KiB: nothing larger is opened to see whether it is one.
    private const long LargestConfiguration = 64 * 1024;

    /// <summary>
    /// The model whose encoder makes a model's tokens: the model itself, a built-in one of the same token space, or one that lies beside it (where <c>q3edge distill</c> leaves a student next to the codec that taught it).
    /// </summary>
    /// <param name="model">The model that decodes.</param>
    /// <returns>Its configuration; null when no model at hand makes tokens of that space.</returns>
    public static EdgeModelConfig? Find(EdgeModelConfig model) =>
        model.CanEncode ? model : BuiltIn(model.Space) ?? Beside(model);

    /// <summary>The same, loaded: the model itself where it encodes.</summary>
    /// <param name="model">The model that decodes.</param>
    public static EdgeModel? Of(EdgeModel model) =>
        model.Encoder is not null ? model : Find(model.Config) is { } config ? EdgeModel.Load(config.Path) : null;

    /// <summary>The built-in model that makes tokens of a space; null when there is none.</summary>
    /// <param name="space">The token space.</param>
    public static EdgeModelConfig? BuiltIn(TokenSpace space) =>
        BuiltInModels.Names.Select(name => EdgeModelConfig.Load(BuiltInModels.PathOf(name))).FirstOrDefault(config => config.CanEncode && config.Space == space);

    private static EdgeModelConfig? Beside(EdgeModelConfig model)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(model.Path))!;
        return Directory.EnumerateFiles(folder, "*.json")
            .Where(path => new FileInfo(path).Length <= LargestConfiguration && File.Exists(Path.ChangeExtension(path, ".safetensors")))
            .Order(StringComparer.Ordinal)
            .Select(TryLoad)
            .FirstOrDefault(config => config is { CanEncode: true } && config.Space == model.Space);
    }

    private static EdgeModelConfig? TryLoad(string path)
    {
        try
        {
            return EdgeModelConfig.Load(path);
        }
        catch (ModelFormatException)
        {
            // Some other file.
            return null;
        }
    }
}
