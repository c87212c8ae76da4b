namespace Qwen3Tokenizer.Edge.Tones;

/// <summary>A tone table is not what it should be. The message is one sentence with the file, the row, the field and the value.</summary>
public sealed class ToneFormatException : Exception
{
    /// <summary>An error without details.</summary>
    public ToneFormatException()
        : base("The tone table is damaged.")
    {
    }

    /// <summary>An error with its sentence.</summary>
    public ToneFormatException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its sentence and cause.</summary>
    public ToneFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
