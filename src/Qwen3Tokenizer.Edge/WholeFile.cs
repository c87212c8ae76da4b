namespace Qwen3Tokenizer.Edge;

/// <summary>Writes a file so that a reader sees the old one or the whole new one.</summary>
internal static class WholeFile
{
    /// <summary>Writes through a temporary file in the same folder and a rename; on an error the old file stays as it was.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        string temporary = Path.Combine(Path.GetDirectoryName(full) ?? full, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
                write(stream);
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
