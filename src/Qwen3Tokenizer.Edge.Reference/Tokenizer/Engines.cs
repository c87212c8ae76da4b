namespace Qwen3Tokenizer.Edge.Reference;

/// <summary>Names of engines and devices.</summary>
public static class Engines
{
    /// <summary>The graph's own executor.</summary>
    public const string Float = "float";

    /// <summary>ONNX Runtime.</summary>
    public const string OnnxRuntime = "ort";

    /// <summary>The processor.</summary>
    public const string Cpu = "cpu";
}
