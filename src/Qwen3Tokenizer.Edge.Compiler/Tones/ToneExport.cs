using System.Text;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Compiler.Tones;

/// <summary>A tone table as a file of any kind that a board or a person reads, told by its extension: .csv, .json, .c, .h or .cs.</summary>
public static class ToneExport
{
    private static readonly Dictionary<string, Func<ToneTable, string>> Printers = new(StringComparer.OrdinalIgnoreCase)
    {
        [".csv"] = ToneTableCsv.Print,
        [".json"] = ToneTableJson.Print,
        [".c"] = ToneTableSource.C,
        [".h"] = _ => ToneTableSource.Header,
        [".cs"] = ToneTableSource.CSharp,
    };

    /// <summary>Refuses a path whose extension says no kind of table.</summary>
    /// <exception cref="BuildException">The extension is unknown.</exception>
    public static void RequireKnown(string path)
    {
        if (!Printers.ContainsKey(Path.GetExtension(path)))
            throw new BuildException($"{path}: the extension must say what to write: {string.Join(", ", Printers.Keys)}.");
    }

    /// <summary>The file's bytes.</summary>
    /// <exception cref="BuildException">The extension is unknown.</exception>
    public static byte[] Bytes(string path, ToneTable table)
    {
        RequireKnown(path);
        return Encoding.UTF8.GetBytes(Printers[Path.GetExtension(path)](table));
    }
}
