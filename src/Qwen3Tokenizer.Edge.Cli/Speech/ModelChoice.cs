using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>Which models a command works with.</summary>
internal static class ModelChoice
{
    /// <summary>The model that makes a model's tokens: itself, the built-in one of the same token space, or one beside it.</summary>
    /// <exception cref="CliException">No known model makes tokens of that space.</exception>
    public static SpeechModel EncoderOf(SpeechModel model)
    {
        if (model.Facts.CanEncode)
            return model;

        if (model.Edge is { } edge && TokenEncoders.Of(edge) is { } encoder)
            return SpeechModel.Of(encoder);
        throw new CliException($"{model.Facts.Path}: the model only decodes, and its tokens come from '{model.Facts.TokensFrom}', which is neither built in nor in its folder; encode with that model.");
    }

    /// <summary>The built-in model that makes tokens of a space, if there is one, and whether they are minimal tokens.</summary>
    public static (string? Model, bool Minimal) BuiltInOf(TokenSpace space)
    {
        foreach (string name in BuiltInModels.Names)
        {
            EdgeModelConfig config = EdgeModelConfig.Load(BuiltInModels.PathOf(name));
            if (!config.CanEncode)
                continue;
            if (config.Space == space)
                return (name, false);
            if (MinimalMode.Load(config)?.Space == space)
                return (name, true);
        }

        return (null, false);
    }

    /// <summary>Refuses minimal mode for a model that has no map.</summary>
    /// <exception cref="CliException">It has none.</exception>
    public static void RequireMinimalMap(SpeechModel model)
    {
        if (model.Edge is null)
            throw new CliException($"--minimal: model '{model.Name}' is a full-size model, which has no minimal map; fewer layers (--layers) make smaller files.");
        if (model.Edge.MinimalMap is null)
            throw new CliException($"--minimal: model '{model.Name}' has no minimal map; it would lie beside the model as {Path.GetFileName(Path.ChangeExtension(model.Facts.Path, ".q3m"))}.");
    }

    /// <summary>The edge model of that name, for what only edge models can do.</summary>
    /// <param name="nameOrPath">What <c>--model</c> says.</param>
    /// <param name="verb">What was asked of it.</param>
    /// <exception cref="CliException">It is a full-size model.</exception>
    public static EdgeModel RequireEdge(string nameOrPath, string verb) =>
        Qwen3Tts12Hz.IsFolder(nameOrPath) ? throw new CliException($"{nameOrPath}: is a full-size model; {verb} takes an edge model ({string.Join(", ", BuiltInModels.Names)}, or a file).") : EdgeModel.Load(nameOrPath);

    /// <summary>Refuses a number of layers that a model cannot decode or its encoder cannot make.</summary>
    /// <param name="layers">Layers asked for; null when the user did not ask.</param>
    /// <param name="model">The model that decodes.</param>
    /// <param name="available">Layers that there are.</param>
    /// <exception cref="CliException">Too few or too many.</exception>
    public static void RequireLayers(int? layers, SpeechModel model, int available)
    {
        if (layers is { } wanted && (wanted < model.Facts.MinLayers || wanted > available))
            throw new CliException($"--layers {wanted}: model '{model.Name}' decodes {model.Facts.MinLayers} to {available} layers here.");
    }
}
