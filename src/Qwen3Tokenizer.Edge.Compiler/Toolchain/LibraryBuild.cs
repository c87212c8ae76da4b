using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Compiler;

/// <summary>Compiles an output folder with a C compiler.</summary>
/// <param name="Compiler">The compiler.</param>
/// <param name="Folder">The output folder.</param>
/// <param name="Names">Names of the model in it.</param>
/// <param name="Cross">Whether it is compiled for another machine, which has ELF files.</param>
public sealed record LibraryBuild(CCompiler Compiler, string Folder, CNames Names, bool Cross = false)
{
    /// <summary>What everything of an output folder is compiled with, from inside the folder.</summary>
    internal static readonly string[] Strict = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Iinclude", "-Isrc", "-Isrc/kernels"];

    /// <summary>File name of a shared library.</summary>
    public string SharedName => Cross ? $"lib{Names.Descriptor}.so" : OperatingSystem.IsWindows() ? $"{Names.Descriptor}.dll" : OperatingSystem.IsMacOS() ? $"lib{Names.Descriptor}.dylib" : $"lib{Names.Descriptor}.so";

    /// <summary>Builds the shared library; returns its full path.</summary>
    public string Shared(IEnumerable<string> flags)
    {
        string output = Path.Combine(Folder, "lib", SharedName);
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        string[] pic = OperatingSystem.IsWindows() && !Cross ? [] : ["-fPIC"];
        Compiler.Run(Folder, [.. Strict, .. flags, .. pic, "-fvisibility=hidden", "-DQ3E_SHARED_BUILD", "-shared", .. Sources(), "-o", output]);
        return output;
    }

    /// <summary>Builds the static archive with position-independent code, except for firmware; returns its full path and what its objects hold.</summary>
    /// <param name="archiver">Full path of the archiver.</param>
    /// <param name="flags">Flags of the compiler.</param>
    /// <param name="firmware">Whether it is linked at fixed addresses.</param>
    public (string Path, IReadOnlyList<ElfFile> Objects) Static(string archiver, IEnumerable<string> flags, bool firmware)
    {
        string output = Path.Combine(Folder, "lib", $"lib{Names.Descriptor}.a"), objects = Path.Combine(Folder, "objects");
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        Directory.CreateDirectory(objects);
        try
        {
            string[] options = [.. Strict, .. flags, .. firmware ? [] : (string[])["-fPIC"], "-ffunction-sections", "-fdata-sections"];
            List<string> files = [];
            foreach (string source in Sources())
            {
                files.Add($"objects/{Path.GetFileNameWithoutExtension(source)}.o");
                Compiler.Run(Folder, [.. options, "-c", source, "-o", files[^1]]);
            }

            // D: no times and no owners in the archive.
            new CCompiler(archiver, "").Run(Folder, ["rcsD", Path.GetRelativePath(Folder, output), .. files]);
            return (output, [.. files.Select(f => ElfFile.Read(Path.Combine(Folder, f)))]);
        }
        finally
        {
            Directory.Delete(objects, recursive: true);
        }
    }

    /// <summary>Builds the conformance program; returns its full path.</summary>
    /// <param name="name">File name without extension.</param>
    /// <param name="flags">Flags, such as <c>-DQ3E_TRACE</c>.</param>
    public string Conformance(string name, params IEnumerable<string> flags)
    {
        string output = Path.Combine(Folder, name + (OperatingSystem.IsWindows() && !Cross ? ".exe" : ""));
        Compiler.Run(Folder, [.. Strict, "-Iconformance", .. flags, .. Sources(), "conformance/conformance.c", "-o", output]);
        return output;
    }

    /// <summary>The library's sources, relative to the folder.</summary>
    internal IEnumerable<string> Sources() => Sources(Folder, Names);

    /// <summary>The sources of a model's library, relative to the folder that it was emitted into.</summary>
    internal static IEnumerable<string> Sources(string folder, CNames names) =>
        Directory.GetFiles(Path.Combine(folder, "src", "kernels"), "*.c").Select(k => "src/kernels/" + Path.GetFileName(k)).Order(StringComparer.Ordinal)
            .Concat(File.Exists(Path.Combine(folder, "src", $"{names.Stem}_encoder.c")) ? [$"src/{names.Stem}_encoder.c"] : [])
            .Concat([$"src/{names.Stem}.c", $"src/{names.Stem}_weights.S"]);
}
