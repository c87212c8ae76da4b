using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>Which models a command works with.</summary>
internal static class ModelChoice
{
    /// <summary>The model that makes a model's tokens: itself, or the built-in one of the same token space.</summary>
    /// <exception cref="CliException">No known model makes tokens of that space.</exception>
    public static EdgeModel EncoderOf(EdgeModel model)
    {
        if (model.Encoder is not null)
            return model;

        if (BuiltInEncoderOf(model.Config.Space) is { } config)
            return EdgeModel.Load(config.Path);
        throw new CliException($"{model.Config.Path}: the model only decodes, and its tokens come from '{model.Config.TokensFrom}', which is not built in; encode with that model.");
    }

    /// <summary>The configuration of the built-in model that makes tokens of a space; null when there is none.</summary>
    public static EdgeModelConfig? BuiltInEncoderOf(TokenSpace space) =>
        BuiltInModels.Names.Select(name => EdgeModelConfig.Load(BuiltInModels.PathOf(name))).FirstOrDefault(config => config.CanEncode && config.Space == space);

    /// <summary>Refuses minimal mode for a model that has no map.</summary>
    /// <exception cref="CliException">It has none.</exception>
    public static void RequireMinimalMap(EdgeModel model)
    {
        if (model.MinimalMap is null)
            throw new CliException($"--minimal: model '{model.Name}' has no minimal map; it would lie beside the model as {Path.GetFileName(Path.ChangeExtension(model.Config.Path, ".q3m"))}.");
    }

    /// <summary>Refuses a number of layers that a model cannot decode or its encoder cannot make.</summary>
    /// <param name="layers">Layers asked for; null when the user did not ask.</param>
    /// <param name="model">The model that decodes.</param>
    /// <param name="available">Layers that there are.</param>
    /// <exception cref="CliException">Too few or too many.</exception>
    public static void RequireLayers(int? layers, EdgeModel model, int available)
    {
        if (layers is { } wanted && (wanted < model.MinLayers || wanted > available))
            throw new CliException($"--layers {wanted}: model '{model.Name}' decodes {model.MinLayers} to {available} layers here.");
    }
}
