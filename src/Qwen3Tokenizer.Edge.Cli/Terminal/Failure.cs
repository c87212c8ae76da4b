using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Models.Safetensors;
using Qwen3Tokenizer.Edge.Reference.Sessions;
using Qwen3Tokenizer.Edge.Runtime;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>Errors as users see them: one line on standard error.</summary>
internal static class Failure
{
    /// <summary>Exit status of anything that went wrong.</summary>
    public const int Status = 1;

    private static readonly Lock Gate = new();
    private static List<string>? _held;

    /// <summary>The sentence for an error. Errors of the rooms are written for users already; the system's own lose their class and line breaks.</summary>
    public static string Describe(Exception error)
    {
        string message = error switch
        {
            AggregateException { InnerExceptions.Count: 1 } one => Describe(one.InnerExceptions[0]),
            CliException or AudioFormatException or TokenFormatException or ModelFormatException or EmittedLibraryException
                or ToneFormatException or BuildException or CompilerNotFoundException or DeviceException or CorpusException or IOException or UnauthorizedAccessException => error.Message,
            OutOfMemoryException => "there is not enough memory for this.",
            _ => $"unexpected error ({error.GetType().Name}): {error.Message}",
        };
        return OneLine(message);
    }

    /// <summary>Writes the line.</summary>
    public static void Report(string sentence)
    {
        string line = $"q3edge: {OneLine(sentence)}";
        lock (Gate)
        {
            if (_held is null)
                Console.Error.WriteLine(line);
            else
                _held.Add(line);
        }
    }

    /// <summary>Keeps lines back while a progress bar is on the screen, which they would break.</summary>
    public static void Hold()
    {
        lock (Gate)
            _held = [];
    }

    /// <summary>Writes the lines that were kept back; later ones are written at once again.</summary>
    public static void Release()
    {
        lock (Gate)
        {
            foreach (string line in _held ?? [])
                Console.Error.WriteLine(line);
            _held = null;
        }
    }

    /// <summary>Writes a warning: the work goes on.</summary>
    public static void Warn(string sentence) => Report($"warning: {sentence}");

    // Texts can come from files (names of tensors and models), so control characters must not reach the terminal.
    private static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => string.Concat(part.Select(c => char.IsControl(c) ? '?' : c))));
}
