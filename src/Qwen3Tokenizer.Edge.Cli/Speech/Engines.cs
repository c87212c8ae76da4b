using Qwen3Tokenizer.Edge.Cli.Terminal;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>Names of the engines and who may ask for which.</summary>
internal static class Engines
{
    /// <summary>The graph's own executor.</summary>
    public const string Float = "float";

    /// <summary>The emitted INT8 library.</summary>
    public const string Native = "native";

    /// <summary>Refuses an engine that cannot encode.</summary>
    /// <param name="engine">The engine asked for, if any.</param>
    /// <param name="minimal">Whether minimal mode was asked for.</param>
    public static void RequireEncoder(string? engine, bool minimal)
    {
        if (engine is not (null or Float or Native))
            throw new CliException($"--engine {engine}: edge models encode with 'float' or 'native'.");
        if (minimal && engine == Native)
            throw new CliException("--minimal: the native engine searches whole codebooks only; encode with 'float', the default.");
    }

    /// <summary>Refuses an engine that cannot decode.</summary>
    public static void RequireDecoder(string? engine)
    {
        if (engine is not (null or Float or Native))
            throw new CliException($"--engine {engine}: edge models decode with 'native' or 'float'.");
    }
}
