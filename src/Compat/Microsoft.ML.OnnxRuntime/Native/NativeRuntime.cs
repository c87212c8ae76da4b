using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>Finds and loads the native library.</summary>
internal static class NativeRuntime
{
    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "Q3E_ONNXRUNTIME";

    private const string Advice = "run `q3edge doctor --install onnxruntime`, or name the file in " + Variable;

    /// <summary>The names that the library goes by on this system, the likeliest first.</summary>
    private static readonly string[] Names =
        OperatingSystem.IsWindows() ? ["onnxruntime.dll"]
        : OperatingSystem.IsMacOS() ? ["libonnxruntime.dylib", "libonnxruntime.1.dylib"]
        : ["libonnxruntime.so.1", "libonnxruntime.so"];

    /// <summary>This system and processor as package folders name them, for example <c>linux-x64</c>.</summary>
    public static string Platform { get; } =
        $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    /// <summary>Loads the library from the first place that has it.</summary>
    /// <returns>The system's handle, and the file or name that was loaded.</returns>
    /// <exception cref="DllNotFoundException">It is nowhere, or what is there cannot be loaded; the message is one sentence that says what to do.</exception>
    public static (nint Handle, string From) Load() =>
        Load(Environment.GetEnvironmentVariable(Variable), Folders(Environment.GetEnvironmentVariable("Q3E_CACHE"), AppContext.BaseDirectory), Names);

    /// <inheritdoc cref="Load()"/>
    /// <param name="named">The file that the user names; null or empty where none is named. What is named is not passed over in silence.</param>
    /// <param name="folders">Where to look, the best first.</param>
    /// <param name="searched">What the system's search path is asked for.</param>
    internal static (nint Handle, string From) Load(string? named, IReadOnlyList<string> folders, IReadOnlyList<string> searched)
    {
        if (!string.IsNullOrEmpty(named))
        {
            string full = Path.GetFullPath(named);
            return File.Exists(full) ? (LoadFile(full, $"{Variable} names '{named}', which"), full)
                : throw new DllNotFoundException($"{Variable} names '{named}', and there is no such file.");
        }

        foreach (string folder in folders)
        {
            foreach (string name in Names)
            {
                string file = Path.Combine(folder, name);
                if (File.Exists(file))
                    return (LoadFile(file, $"'{file}'"), file);
            }
        }

        foreach (string name in searched)
        {
            if (NativeLibrary.TryLoad(name, out nint handle))
                return (handle, name);
        }

        throw new DllNotFoundException($"ONNX Runtime's native library is not in {string.Join(", ", folders.Select(f => $"'{f}'"))} or on the system's search path: {Advice}.");
    }

    /// <summary>Folders that may have the library: the user's cache first, since that is what the user put there for this program.</summary>
    internal static IReadOnlyList<string> Folders(string? cache, string application) =>
    [
        Path.Combine(string.IsNullOrEmpty(cache) ? DefaultCache() : Path.GetFullPath(cache), "onnxruntime", Platform),
        Path.Combine(application, "runtimes", Platform, "native"),
        Path.TrimEndingDirectorySeparator(application),
    ];

    // The folder that the command line keeps built libraries in, too.
    private static string DefaultCache()
    {
        string? xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        string root = OperatingSystem.IsLinux()
            ? (string.IsNullOrEmpty(xdg) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache") : xdg)
            : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return Path.Combine(root, "q3edge");
    }

    private static nint LoadFile(string file, string subject)
    {
        try
        {
            return NativeLibrary.Load(file);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException($"{subject} cannot be loaded on {Platform}: {e.Message.ReplaceLineEndings(" ").Trim()}", e);
        }
    }
}
