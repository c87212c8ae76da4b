namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>Reads audio files: WAV with this library's own reader, FLAC, OGG, MP3 and what else libsndfile knows through libsndfile.</summary>
public static class AudioFile
{
    /// <summary>Version string of the libsndfile that was found, or null when there is none.</summary>
    public static string? SndfileVersion => Sndfile.Instance?.Version;

    /// <summary>Reads a whole file; the format is told by its first bytes, not by its name.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>The clip; its length may be 0.</returns>
    /// <exception cref="AudioFormatException">The file cannot be understood, or it needs libsndfile and there is none.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static AudioClip Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string name = Path.GetFileName(path);
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Read))
        {
            // A pipe cannot be read twice, and libsndfile wants a path: pipes are WAV.
            if (!stream.CanSeek)
                return WavReader.Read(stream, name);

            Span<byte> head = stackalloc byte[12];
            int got = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            stream.Position = 0;
            if (got == 0 || WavReader.IsWav(head[..got]))
                return WavReader.Read(stream, name);
        }

        if (Sndfile.Instance is not { } library)
            throw new AudioFormatException($"{name}: not a WAV file, and other formats need libsndfile, which was not found ({Sndfile.InstallAdvice}).");

        return library.Read(path, name);
    }
}
