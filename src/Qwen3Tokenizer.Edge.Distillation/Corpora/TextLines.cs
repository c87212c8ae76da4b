using System.Text;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Text files with a sentence or phrase a line.</summary>
public static class TextLines
{
    private const int MaxBytes = 16 << 20;
    private const int MaxCharacters = 500;

    /// <summary>Reads the lines that are neither empty nor begin with #.</summary>
    /// <param name="file">A text file in UTF-8.</param>
    /// <exception cref="CorpusException">The file is missing, too long, not text, or has no such line.</exception>
    public static IReadOnlyList<string> Read(string file)
    {
        var info = new FileInfo(file);
        if (!info.Exists)
            throw new CorpusException($"{file}: there is no such file.");
        if (info.Length > MaxBytes)
            throw new CorpusException($"{file}: has {info.Length} bytes; a text has at most {MaxBytes}.");
        try
        {
            string[] lines = [.. File.ReadAllLines(file, new UTF8Encoding(false, throwOnInvalidBytes: true)).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#')];
            if (Array.FindIndex(lines, l => l.Length > MaxCharacters || l.Any(char.IsControl)) is >= 0 and int bad)
                throw new CorpusException($"{file}: sentence {bad + 1}: has control characters, or more than {MaxCharacters} characters.");
            return lines.Length > 0 ? lines : throw new CorpusException($"{file}: has no sentence; it is to have one a line.");
        }
        catch (DecoderFallbackException e)
        {
            throw new CorpusException($"{file}: is not text in UTF-8: {e.Message}", e);
        }
    }
}
