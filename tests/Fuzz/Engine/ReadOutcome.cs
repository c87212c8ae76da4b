namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>How a reader took an input.</summary>
public enum ReadOutcome
{
    /// <summary>Refused before or in what the format has as its header.</summary>
    RefusedInHeader,

    /// <summary>The header was accepted; what follows was not.</summary>
    RefusedAfterHeader,

    /// <summary>Read to its end.</summary>
    Accepted,
}
