namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>A corpus cannot be prepared or read. The message is one sentence with the file, the field and the value.</summary>
public sealed class CorpusException : Exception
{
    /// <summary>An error without details.</summary>
    public CorpusException()
        : base("The corpus cannot be used.")
    {
    }

    /// <summary>An error with its sentence.</summary>
    /// <param name="message">One sentence for the user.</param>
    public CorpusException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its sentence and cause.</summary>
    /// <param name="message">One sentence for the user.</param>
    /// <param name="innerException">The cause.</param>
    public CorpusException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
