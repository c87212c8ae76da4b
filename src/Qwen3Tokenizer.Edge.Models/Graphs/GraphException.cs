namespace Qwen3Tokenizer.Edge.Models.Graphs;

/// <summary>A graph whose nodes do not fit together.</summary>
public sealed class GraphException : Exception
{
    /// <summary>Creates an exception without a message.</summary>
    public GraphException()
    {
    }

    /// <summary>Creates an exception.</summary>
    public GraphException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a cause.</summary>
    public GraphException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
