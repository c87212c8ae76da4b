namespace Qwen3Tokenizer.Edge;

/// <summary>Whole clips to and from .q3t files.</summary>
public static class TokenFile
{
    /// <summary>Reads a file into memory.</summary>
    /// <param name="path">A .q3t file.</param>
    /// <exception cref="TokenFormatException">The file is not a whole, undamaged token file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TokenClip Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream to its end into memory.</summary>
    /// <param name="stream">The bytes; left open.</param>
    /// <param name="name">The stream's name, for messages.</param>
    /// <exception cref="TokenFormatException">The stream is not a whole, undamaged token file.</exception>
    public static TokenClip Read(Stream stream, string name = "token stream")
    {
        using var reader = new Q3tReader(stream, name, leaveOpen: true);
        int layers = reader.Header.Layers;
        // Room grows with the frames that have really come; no length in the file is trusted.
        var codes = new ushort[layers];
        int used = 0;
        while (reader.TryReadFrame(codes.AsSpan(used)))
        {
            used += layers;
            if (codes.Length - used < layers)
            {
                long room = Math.Min((2L * codes.Length) + layers, Array.MaxLength);
                if (room - used < layers)
                    throw new TokenFormatException($"{name}: frames: the codes of more than {used / layers} frames do not fit into memory.");
                Array.Resize(ref codes, (int)room);
            }
        }
        if (used == 0)
            throw new TokenFormatException($"{name}: frames: 0 is not within 1 to {int.MaxValue}.");
        Array.Resize(ref codes, used);
        Q3tTrailer trailer = reader.Trailer!.Value;
        return new TokenClip(reader.Header, codes, trailer.Samples, trailer.Delay, name);
    }

    /// <summary>
    /// Writes a clip to a file, through a temporary file in the same folder and a rename: a reader sees the old file or the
    /// whole new one.
    /// </summary>
    /// <param name="path">The file to write or replace.</param>
    /// <param name="clip">The clip.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, TokenClip clip) => WholeFile.Write(path, stream => Write(stream, clip));

    /// <summary>
    /// Writes a clip to a stream. The block size is chosen so that a clip makes at most three blocks as long as a block stays
    /// within 64 KiB of codes: 92 bytes over the codes, 95 with padding bits.
    /// </summary>
    /// <param name="stream">Where the bytes go; left open.</param>
    /// <param name="clip">The clip.</param>
    public static void Write(Stream stream, TokenClip clip)
    {
        var header = new Q3tHeader(clip.Space, clip.Layers, clip.BitsPerCode, clip.Rate);
        int third = (int)((clip.Frames + 2L) / 3);
        header = header with { BlockFrames = Math.Min(Math.Max(third, Q3tHeader.DefaultBlockFrames), header.MaxBlockFrames) };
        using var writer = new Q3tWriter(stream, header, leaveOpen: true);
        for (int t = 0; t < clip.Frames; t++)
            writer.WriteFrame(clip.Frame(t));
        writer.Complete(clip.Samples, clip.Delay);
    }
}
