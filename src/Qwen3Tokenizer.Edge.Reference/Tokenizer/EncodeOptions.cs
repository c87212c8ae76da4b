namespace Qwen3Tokenizer.Edge.Reference;

/// <summary>What is done with the clips of a batch.</summary>
public enum BatchMode
{
    /// <summary>Every clip is encoded alone: the codes do not depend on what else is in the batch.</summary>
    Alone,

    /// <summary>
    /// As the reference: every clip is padded with zeros to the longest and encoded so, and the frames that its true samples fill are kept. The last frame of a shorter clip can then differ from
    /// what it is alone (known bug 5 of the reference).
    /// </summary>
    AsReference,
}

/// <summary>How to encode.</summary>
public sealed record EncodeOptions
{
    /// <summary>The defaults.</summary>
    public static EncodeOptions Default { get; } = new();

    /// <summary>Layers (codebooks) to keep, 1 to the model's number; 0 for all. Any prefix of the layers can be decoded.</summary>
    public int NumQuantizers { get; init; }

    /// <summary>
    /// Full-size model only: rows (25 a second) that a query of the encoder's transformer sees. 0, the default, is all of the past, as the reference does, for clips of up to 5 minutes; with a
    /// window memory and time per frame stay flat for any length, and the codes are no longer the reference's. The model's configuration names 250.
    /// </summary>
    public int EncoderWindow { get; init; }

    /// <summary>What is done with the clips of a batch.</summary>
    public BatchMode Batch { get; init; }

    /// <summary>Told the share done, 0..1, of a clip or of a batch.</summary>
    public IProgress<double>? Progress { get; init; }
}
