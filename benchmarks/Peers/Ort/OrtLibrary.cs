using System.Runtime.InteropServices;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Ort;

/// <summary>Finds the native ONNX Runtime library; nothing is downloaded.</summary>
public static class OrtLibrary
{
    /// <summary>Environment variable with the library or a folder that holds it.</summary>
    public const string Variable = "Q3E_ONNXRUNTIME";

    /// <summary>The library for this system and processor at or below <paramref name="place"/> (else <see cref="Variable"/>).</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static string Find(string? place)
    {
        place ??= Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(place))
        {
            throw new FileNotFoundException($"Name the ONNX Runtime library, or the folder of an unpacked onnxruntime-node package, with --onnxruntime or the environment variable {Variable} (see benchmarks/Peers/README.md).");
        }

        if (File.Exists(place))
        {
            return Path.GetFullPath(place);
        }

        (string system, string pattern) = OperatingSystem.IsWindows() ? ("win32", "onnxruntime.dll") : OperatingSystem.IsMacOS() ? ("darwin", "libonnxruntime*.dylib") : ("linux", "libonnxruntime.so*");
        string architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        string[] found = Directory.Exists(place) ? [.. Directory.GetFiles(place, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [];
        string? library = found.FirstOrDefault(f => Within(f, system, architecture)) ?? (found.Length == 1 ? found[0] : null);
        return library is not null ? Path.GetFullPath(library) : throw new FileNotFoundException($"{place}: holds no ONNX Runtime library {pattern} for {system} {architecture}.");
    }

    // The npm package keeps libraries under .../SYSTEM/ARCHITECTURE/.
    private static bool Within(string file, string system, string architecture)
    {
        string[] parts = Path.GetDirectoryName(file)!.Split(Path.DirectorySeparatorChar);
        return parts.Length >= 2 && parts[^1] == architecture && parts[^2] == system;
    }
}
