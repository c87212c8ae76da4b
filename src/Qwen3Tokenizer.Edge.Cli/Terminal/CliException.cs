namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>A verb cannot do what it was asked; the message is the one sentence that the user sees.</summary>
internal sealed class CliException(string message) : Exception(message);
