using System.Text;

namespace Qwen3Tokenizer.Edge.Tones;

/// <summary>Tone tables in files: CSV, or JSON where the name ends in <c>.json</c>.</summary>
public static class ToneTableFile
{
    // The longest line that a writer makes has some 70 bytes; 65536 of them stay below this.
    private const int MaxBytes = 16 << 20;

    /// <summary>Reads a table.</summary>
    /// <param name="path">A .json file, or CSV of any name.</param>
    /// <exception cref="ToneFormatException">The file is not a tone table; the message names the row and the field.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ToneTable Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        if (stream.Length > MaxBytes)
            throw new ToneFormatException($"{path}: has {stream.Length} bytes; a tone table has at most {MaxBytes}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return IsJson(path) ? ToneTableJson.Read(bytes, path) : ToneTableCsv.Read(bytes, path);
    }

    /// <summary>Writes a table through a temporary file and a rename.</summary>
    /// <param name="path">A .json file, or CSV of any name.</param>
    /// <param name="table">The table.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, ToneTable table)
    {
        string text = IsJson(path) ? ToneTableJson.Print(table) : ToneTableCsv.Print(table);
        WholeFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    private static bool IsJson(string path) => Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase);
}
