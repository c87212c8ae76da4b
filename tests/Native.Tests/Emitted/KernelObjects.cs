using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>
/// The kernels as objects, once for each compiler and options: most of the time of the tests would be spent on compiling the same files in the same way again and again. What tells them apart is the
/// text of all files that they are made from, so that other kernels are never taken for these.
/// </summary>
internal static class KernelObjects
{
    private static readonly string Folder = SharedFolders.Create("q3e-kernels-");
    private static readonly ConcurrentDictionary<string, Lazy<string[]>> Made = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);

    /// <summary>Objects of a build's kernels.</summary>
    /// <param name="compiler">Compiler.</param>
    /// <param name="built">The build.</param>
    /// <param name="options">Options of the program that they become part of; the names of its model, which no kernel reads, among them or not.</param>
    public static string[] Of(string compiler, BuiltModel built, IEnumerable<string> options)
    {
        string[] own = [.. options.Except(built.ModelOptions, StringComparer.Ordinal)];
        string key = $"{compiler}\n{string.Join('\n', own)}\n{Texts.GetOrAdd(built.Build.Folder, _ => TextOf(built))}";
        return Made.GetOrAdd(key, k => new Lazy<string[]>(() => Compile(compiler, built, own, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(k)))))).Value;
    }

    private static string[] Compile(string compiler, BuiltModel built, string[] options, string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
        Tools.Run(compiler, ["-c", .. options, .. built.IncludeOptions, .. built.Kernels], folder);
        return [.. Directory.GetFiles(folder, "*.o").Order(StringComparer.Ordinal)];
    }

    private static string TextOf(BuiltModel built)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        IEnumerable<string> files = [.. Directory.GetFiles(Path.Combine(built.Build.Folder, "src", "kernels")), Path.Combine(built.Build.Folder, "include", "q3e.h")];
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(file) + "\0"));
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
