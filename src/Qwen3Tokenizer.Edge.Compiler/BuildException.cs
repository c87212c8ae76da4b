namespace Qwen3Tokenizer.Edge.Compiler;

/// <summary>A build that cannot be done: the message is one clear sentence for the user.</summary>
public class BuildException : Exception
{
    /// <summary>Creates an exception without a message.</summary>
    public BuildException()
    {
    }

    /// <summary>Creates an exception.</summary>
    public BuildException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a cause.</summary>
    public BuildException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
