using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Compiler;

/// <summary>Where built libraries are kept for the command line, and by what they are found again.</summary>
public static class BuildCache
{
    /// <summary>The environment variable Q3E_CACHE, else q3edge in the user's cache folder.</summary>
    public static string Folder => UserCache.Folder;

    /// <summary>The shared library of a model for this machine: that of an earlier build of the same model, tool, compiler and processor, or a new one.</summary>
    /// <param name="model">Name of the model in C.</param>
    /// <param name="contents">Hash of everything that the model is made from.</param>
    /// <param name="build">Builds into the folder that it is given.</param>
    internal static BuildResult FindOrBuild(string model, byte[] contents, Func<string, BuildResult> build)
    {
        CCompiler compiler = CCompiler.Require();
        var names = new CNames(model);
        string folder = Path.Combine(Folder, Key(model, contents, compiler, Board.Load(HostBuild.BoardName)));
        string library = Path.Combine(folder, "lib", new LibraryBuild(compiler, folder, names).SharedName);
        if (TryReadCrc(folder, out uint crc) && File.Exists(library))
        {
            return new BuildResult(folder, library, names.Descriptor, Path.Combine(folder, "report.html"), Path.Combine(folder, "report.json"), crc);
        }

        // Half a build, or a damaged one: the cache is this tool's own.
        OutputFolder.Remove(folder);
        return build(folder);
    }

    // Changes with the weights, this tool, the compiler, its flags, and the processor that -march=native means.
    private static string Key(string model, byte[] contents, CCompiler compiler, Board board)
    {
        string text = string.Join('\n', [
            model, Convert.ToHexString(contents), typeof(BuildCache).Assembly.ManifestModule.ModuleVersionId.ToString(),
            typeof(EdgeModel).Assembly.ManifestModule.ModuleVersionId.ToString(), NativeSources(), compiler.Path, compiler.Version, string.Join(' ', board.CompilerFlags), board.WeightLayout.ToString(), Processor()]);
        return $"{model}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]}";
    }

    /// <summary>Reads the checksum from a finished build's report; false where there is no such report.</summary>
    internal static bool TryReadCrc(string folder, out uint crc)
    {
        crc = 0;
        string path = Path.Combine(folder, "report.json");
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(path));
            return report.RootElement.ValueKind == JsonValueKind.Object
                && report.RootElement.TryGetProperty("conformance_crc32", out JsonElement value)
                && value.ValueKind == JsonValueKind.String
                && uint.TryParse(value.GetString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out crc);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string NativeSources()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string folder = Path.Combine(AppContext.BaseDirectory, "native");
        if (Directory.Exists(folder))
        {
            foreach (string file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                hash.AppendData(File.ReadAllBytes(file));
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static string Processor()
    {
        const string info = "/proc/cpuinfo";
        string? flags = File.Exists(info)
            ? File.ReadLines(info).FirstOrDefault(l => l.StartsWith("flags", StringComparison.Ordinal) || l.StartsWith("Features", StringComparison.Ordinal))
            : null;
        return $"{RuntimeInformation.ProcessArchitecture} {flags}";
    }
}
