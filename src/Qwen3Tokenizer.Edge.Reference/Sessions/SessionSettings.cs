namespace Qwen3Tokenizer.Edge.Reference.Sessions;

/// <summary>How cuDNN finds the algorithm of a convolution: by timing all that there are, by its own estimate, or not at all.</summary>
public enum CudnnSearch
{
    /// <summary>Times them all, for every new shape: slow to begin with, fast where shapes repeat.</summary>
    Exhaustive,

    /// <summary>Takes what cuDNN estimates to be the fastest.</summary>
    Heuristic,

    /// <summary>Takes a fixed one.</summary>
    Default,
}

/// <summary>What can be chosen about a session beside its device.</summary>
public sealed record SessionSettings
{
    /// <summary>Threads on the processor; null for as many as it has physical cores.</summary>
    public int? Threads { get; init; }

    /// <summary>How many bytes of a CUDA device's memory the session's arena may take; null for all that there is.</summary>
    public long? CudaMemoryLimit { get; init; }

    /// <summary>How cuDNN finds algorithms. The lengths of clips differ, so by default it does not time them all anew for each.</summary>
    public CudnnSearch CudnnSearch { get; init; } = CudnnSearch.Heuristic;
}
