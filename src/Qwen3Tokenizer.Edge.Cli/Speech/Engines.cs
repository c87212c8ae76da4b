namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>Names of the engines.</summary>
internal static class Engines
{
    /// <summary>The graph's own executor.</summary>
    public const string Float = Reference.Engines.Float;

    /// <summary>The emitted INT8 library.</summary>
    public const string Native = "native";

    /// <summary>ONNX Runtime.</summary>
    public const string OnnxRuntime = Reference.Engines.OnnxRuntime;
}
