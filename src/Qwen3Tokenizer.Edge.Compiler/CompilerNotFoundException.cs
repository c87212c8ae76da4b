namespace Qwen3Tokenizer.Edge.Compiler;

/// <summary>There is no C compiler on this machine.</summary>
public sealed class CompilerNotFoundException : BuildException
{
    /// <summary>Creates an exception with the advice that helps most.</summary>
    public CompilerNotFoundException()
        : base("No C compiler was found: install gcc or clang (Debian: apt-get install gcc), or name one in the environment variable Q3E_CC.")
    {
    }

    /// <summary>Creates an exception.</summary>
    public CompilerNotFoundException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a cause.</summary>
    public CompilerNotFoundException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
