namespace Qwen3Tokenizer.Edge.Models.Safetensors;

/// <summary>
/// A model file is not what it should be. The message is one sentence with the file, the field and the value, fit to be shown
/// to a user as it is.
/// </summary>
public sealed class ModelFormatException : Exception
{
    /// <summary>An error without details.</summary>
    public ModelFormatException()
        : base("The model file is damaged.")
    {
    }

    /// <summary>An error with its sentence.</summary>
    public ModelFormatException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its sentence and cause.</summary>
    public ModelFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
