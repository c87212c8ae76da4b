namespace Qwen3Tokenizer.Edge;

/// <summary>
/// A token stream is not what it should be. The message is one sentence with the file, the field and the value, fit to be
/// shown to a user as it is.
/// </summary>
public sealed class TokenFormatException : Exception
{
    /// <summary>An error without details.</summary>
    public TokenFormatException()
        : base("The token stream is damaged.")
    {
    }

    /// <summary>An error with its sentence.</summary>
    public TokenFormatException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its sentence and cause.</summary>
    public TokenFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
