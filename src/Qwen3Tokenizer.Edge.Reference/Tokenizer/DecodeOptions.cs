namespace Qwen3Tokenizer.Edge.Reference;

/// <summary>How a whole clip is decoded.</summary>
public enum DecodeMode
{
    /// <summary>One pass with all state: what a stream gives.</summary>
    SinglePass,

    /// <summary>
    /// Full-size model only: chunks of 300 frames, each after 25 frames of context, as the reference's <c>chunked_decode</c>. Behind 300 frames (24 s) it differs from a single pass (known bug 3 of
    /// the reference); people compare against it. Like the reference it gives whole frames, 1920 samples each, where a single pass ends where the original did.
    /// </summary>
    ReferenceChunks,
}

/// <summary>How to decode.</summary>
public sealed record DecodeOptions
{
    /// <summary>The defaults.</summary>
    public static DecodeOptions Default { get; } = new();

    /// <summary>Layers (codebooks) to decode, the first ones; 0 for all that the tokens have.</summary>
    public int NumQuantizers { get; init; }

    /// <summary>Sample rate of the result in Hz, 4000 to 192000; 0 for the model's own.</summary>
    public int TargetSampleRate { get; init; }

    /// <summary>How a whole clip is decoded.</summary>
    public DecodeMode Mode { get; init; }

    /// <summary>Told the share done, 0..1, of a clip or of a batch.</summary>
    public IProgress<double>? Progress { get; init; }
}
