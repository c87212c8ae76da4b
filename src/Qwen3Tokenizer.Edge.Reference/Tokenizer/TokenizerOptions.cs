namespace Qwen3Tokenizer.Edge.Reference;

/// <summary>How a tokenizer computes.</summary>
public sealed record TokenizerOptions
{
    /// <summary>The defaults.</summary>
    public static TokenizerOptions Default { get; } = new();

    /// <summary>
    /// <c>ort</c> for ONNX Runtime, <c>float</c> for the graph's own executor, or null: ONNX Runtime for a full-size model where its native library is there, else float; edge models always float.
    /// </summary>
    public string? Engine { get; init; }

    /// <summary>Threads of ONNX Runtime on the CPU, at least 1; 0 for one per physical core.</summary>
    public int Threads { get; init; }

    /// <summary>Limit of the GPU memory that ONNX Runtime may take, in bytes; 0 for none.</summary>
    public long GpuMemoryLimit { get; init; }

    /// <summary>Told in one sentence about a choice that the user may want to know, such as falling back from the GPU to the CPU.</summary>
    public Action<string>? Note { get; init; }
}
