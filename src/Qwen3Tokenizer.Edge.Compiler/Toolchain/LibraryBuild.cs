using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Compiler;

/// <summary>Compiles an output folder with a C compiler.</summary>
/// <param name="Compiler">The compiler.</param>
/// <param name="Folder">The output folder.</param>
/// <param name="Names">Names of the model in it.</param>
public sealed record LibraryBuild(CCompiler Compiler, string Folder, CNames Names)
{
    private static readonly string[] Strict = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Iinclude", "-Isrc", "-Isrc/kernels"];

    /// <summary>File name of a shared library on this system.</summary>
    public string SharedName => OperatingSystem.IsWindows() ? $"{Names.Descriptor}.dll" : OperatingSystem.IsMacOS() ? $"lib{Names.Descriptor}.dylib" : $"lib{Names.Descriptor}.so";

    /// <summary>Builds the shared library; returns its full path.</summary>
    public string Shared(IEnumerable<string> flags)
    {
        string output = Path.Combine(Folder, "lib", SharedName);
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        string[] pic = OperatingSystem.IsWindows() ? [] : ["-fPIC"];
        Compiler.Run(Folder, [.. Strict, .. flags, .. pic, "-fvisibility=hidden", "-DQ3E_SHARED_BUILD", "-shared", .. Sources(), "-o", output]);
        return output;
    }

    /// <summary>Builds the conformance program; returns its full path.</summary>
    /// <param name="name">File name without extension.</param>
    /// <param name="flags">Flags, such as <c>-DQ3E_TRACE</c>.</param>
    public string Conformance(string name, params IEnumerable<string> flags)
    {
        string output = Path.Combine(Folder, name + (OperatingSystem.IsWindows() ? ".exe" : ""));
        Compiler.Run(Folder, [.. Strict, "-Iconformance", .. flags, .. Sources(), "conformance/conformance.c", "-o", output]);
        return output;
    }

    private IEnumerable<string> Sources() =>
        Directory.GetFiles(Path.Combine(Folder, "src", "kernels"), "*.c").Select(k => "src/kernels/" + Path.GetFileName(k)).Order(StringComparer.Ordinal)
            .Concat(File.Exists(Path.Combine(Folder, "src", $"{Names.Stem}_encoder.c")) ? [$"src/{Names.Stem}_encoder.c"] : [])
            .Concat([$"src/{Names.Stem}.c", $"src/{Names.Stem}_weights.S"]);
}
