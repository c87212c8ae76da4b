using System.Text;

namespace Qwen3Tokenizer.Edge.Compiler.Emission;

/// <summary>Writes the output folder: everything that a firmware build compiles, in files that depend on the inputs only.</summary>
public static class EmittedFolder
{
    // Compilers take minutes and gigabytes for arrays of more values than this; such models are for machines with a GNU assembler.
    private const long MostBytesAsC = 32L << 20;

    /// <summary>Writes sources, kernels and weights of a model into <paramref name="folder"/>.</summary>
    public static void Write(string folder, ModelSource model)
    {
        CNames names = model.Names;
        string native = Path.Combine(AppContext.BaseDirectory, "native");
        string[] kernels = Files(Path.Combine(native, "kernels"), "*.c", "*.h");
        foreach (string header in Files(Path.Combine(native, "include"), "*.h"))
        {
            Copy(header, Path.Combine(folder, "include"));
        }

        foreach (string kernel in kernels)
        {
            Copy(kernel, Path.Combine(folder, "src", "kernels"));
        }

        Text(folder, $"include/{names.Stem}.h", model.Header());
        Text(folder, $"src/{names.Stem}.c", model.Source);
        if (model.EncoderSource is not null)
        {
            Text(folder, $"src/{names.Stem}_encoder.c", model.EncoderSource);
            Text(folder, $"src/{names.Stem}_encoder.h", model.EncoderHeader!);
        }

        Text(folder, $"src/{names.Stem}_weights.h", model.Weights.Header(names));
        Text(folder, $"src/{names.Stem}_weights.S", model.Weights.Assembler(names));
        if (model.Weights.Bytes <= MostBytesAsC)
        {
            Text(folder, $"src/{names.Stem}_weights.c", model.Weights.CArrays(names));
        }

        File.WriteAllBytes(Path.Combine(folder, "src", $"{names.Stem}.weights"), model.Weights.Binary());
        Text(folder, "conformance/conformance.c", ConformanceSource.Program(names, model.Model.FrameSamples, model.Encoder));
    }

    /// <summary>Writes a text file (UTF-8, no byte order mark), creating its folder.</summary>
    public static void Text(string folder, string relativePath, string text)
    {
        string path = Path.Combine(folder, relativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    /// <summary>Copies the sources that come with the tool in <c>native/NAME</c> into a folder.</summary>
    /// <exception cref="BuildException">They are missing.</exception>
    internal static void CopyFromTool(string name, string folder)
    {
        foreach (string file in Files(Path.Combine(AppContext.BaseDirectory, "native", name), "*"))
        {
            Copy(file, folder);
        }
    }

    private static string[] Files(string folder, params string[] patterns)
    {
        string[] files = Directory.Exists(folder) ? [.. patterns.SelectMany(p => Directory.GetFiles(folder, p)).Order(StringComparer.Ordinal)] : [];
        return files.Length > 0 ? files : throw new BuildException($"{folder}: the sources that come with the tool are missing.");
    }

    private static void Copy(string file, string folder)
    {
        Directory.CreateDirectory(folder);
        File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
    }
}
