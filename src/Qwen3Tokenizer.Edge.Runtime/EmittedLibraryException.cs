namespace Qwen3Tokenizer.Edge.Runtime;

/// <summary>
/// An emitted library cannot be used, or a call into it was refused. The message is one sentence that names the file, what is wrong
/// and, for a refused call, the library's own text for the status.
/// </summary>
public sealed class EmittedLibraryException : Exception
{
    /// <summary>The library itself is at fault.</summary>
    /// <param name="message">One sentence that names the file and what is wrong with it.</param>
    public EmittedLibraryException(string message) : base(message)
    {
    }

    /// <summary>The library itself is at fault, as another exception shows.</summary>
    /// <param name="message">One sentence that names the file and what is wrong with it.</param>
    /// <param name="innerException">What the system said.</param>
    public EmittedLibraryException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>A call was refused.</summary>
    /// <param name="message">One sentence that names the file, the call and the status text.</param>
    /// <param name="status">What the call returned.</param>
    public EmittedLibraryException(string message, EmittedStatus status) : base(message) => Status = status;

    /// <summary>What a refused call returned; <see cref="EmittedStatus.Ok"/> when the library, not a call, is at fault.</summary>
    public EmittedStatus Status { get; }
}
