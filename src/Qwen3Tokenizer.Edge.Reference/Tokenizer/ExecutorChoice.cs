using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Reference;

/// <summary>Which engine runs a model.</summary>
internal static class ExecutorChoice
{
    /// <summary>The engine of a full-size model.</summary>
    /// <exception cref="ArgumentException">The engine or the device map is unknown.</exception>
    public static IExecutorSource For(Qwen3Tts12Hz model, string deviceMap, TokenizerOptions options) => options.Engine switch
    {
        Engines.Float => new FloatExecutors(),
        _ => throw new ArgumentException($"Engine '{options.Engine}' is neither '{Engines.OnnxRuntime}' nor '{Engines.Float}'; model '{model.Name}'.", nameof(options)),
    };

    /// <summary>Refuses an engine or a device that an edge model does not have here.</summary>
    /// <returns>The model.</returns>
    public static EdgeModel RequireFloat(EdgeModel model, string deviceMap, TokenizerOptions options)
    {
        if (options.Engine is not (null or Engines.Float))
        {
            throw new ArgumentException($"Engine '{options.Engine}': edge models are run by '{Engines.Float}' here.", nameof(options));
        }

        if (deviceMap is not ("auto" or Engines.Cpu))
        {
            throw new ArgumentException($"Device '{deviceMap}': edge models run on the CPU.", nameof(deviceMap));
        }

        return model;
    }
}
