namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>An audio file cannot be read. The message is one sentence that names the file, the field and the value found there.</summary>
public sealed class AudioFormatException : Exception
{
    /// <summary>Creates an exception without a message.</summary>
    public AudioFormatException()
    {
    }

    /// <summary>Creates an exception with a message that names the file, the field and the value.</summary>
    /// <param name="message">One sentence for the user.</param>
    public AudioFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a message and the error that led to it.</summary>
    /// <param name="message">One sentence for the user.</param>
    /// <param name="innerException">The error that led to this one.</param>
    public AudioFormatException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
