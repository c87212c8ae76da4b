using Qwen3Tokenizer.Edge.Cli.Terminal;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>Token clips from and to where the command line says.</summary>
internal static class Tokens
{
    /// <summary>Reads a token file, or standard input for "-".</summary>
    /// <exception cref="CliException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="TokenFormatException">It is not a whole, undamaged token file.</exception>
    public static TokenClip Read(string path)
    {
        if (path == InputFile.StandardInput)
        {
            using Stream stdin = Console.OpenStandardInput();
            return TokenFile.Read(stdin, InputFile.StandardInputName);
        }

        InputFile.Require(path);
        try
        {
            return TokenFile.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{path}: cannot be read: {e.Message}");
        }
    }

    /// <summary>A clip as the bytes of a .q3t file.</summary>
    public static byte[] ToBytes(TokenClip clip)
    {
        using var stream = new MemoryStream();
        TokenFile.Write(stream, clip);
        return stream.ToArray();
    }

    /// <summary>Bits a second of the codes alone, without the file's frame around them.</summary>
    public static double BitRate(TokenClip clip) => clip.Layers * clip.BitsPerCode * clip.Rate.FramesPerSecond;
}
