using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>Finds and loads the native library.</summary>
internal static class NativeRuntime
{
    /// <summary>The environment variable that names the file.</summary>
    private const string Variable = "Q3E_ONNXRUNTIME";

    /// <summary>The names that the library goes by on this system, the likeliest first.</summary>
    private static readonly string[] Names =
        OperatingSystem.IsWindows() ? ["onnxruntime.dll"]
        : OperatingSystem.IsMacOS() ? ["libonnxruntime.dylib", "libonnxruntime.1.dylib"]
        : ["libonnxruntime.so.1", "libonnxruntime.so"];

    /// <summary>This system and processor as package folders name them, for example <c>linux-x64</c>.</summary>
    private static string Platform { get; } =
        $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    /// <summary>Loads the library from the first place that has it.</summary>
    /// <returns>The system's handle, and the file or name that was loaded.</returns>
    /// <exception cref="DllNotFoundException">It is nowhere, or what is there cannot be loaded; the message is one sentence that says what to do.</exception>
    public static (nint Handle, string From) Load()
    {
        // What the user names is not passed over in silence.
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            string full = Path.GetFullPath(named);
            return File.Exists(full) ? (LoadFile(full, $"{Variable} names '{named}', which"), full)
                : throw new DllNotFoundException($"{Variable} names '{named}', and there is no such file.");
        }

        string[] folders = [Path.Combine(CacheFolder(), "onnxruntime", Platform), Path.Combine(AppContext.BaseDirectory, "runtimes", Platform, "native"), AppContext.BaseDirectory];
        foreach (string file in folders.SelectMany(folder => Names.Select(name => Path.Combine(folder, name))))
        {
            if (File.Exists(file))
                return (LoadFile(file, $"'{file}'"), file);
        }

        foreach (string name in Names)
        {
            if (NativeLibrary.TryLoad(name, out nint handle))
                return (handle, name);
        }

        throw new DllNotFoundException($"ONNX Runtime's native library is neither in '{folders[0]}', beside the program, nor on the system's search path: run `q3edge doctor --install onnxruntime`, or name the file in {Variable}.");
    }

    // The folder that the command line keeps built libraries in, too.
    private static string CacheFolder()
    {
        if (Environment.GetEnvironmentVariable("Q3E_CACHE") is { Length: > 0 } named)
            return Path.GetFullPath(named);

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
