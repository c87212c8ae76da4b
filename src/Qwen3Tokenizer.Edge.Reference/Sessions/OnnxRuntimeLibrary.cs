using System.Diagnostics;
using System.Reflection;
using Microsoft.ML.OnnxRuntime;

namespace Qwen3Tokenizer.Edge.Reference.Sessions;

/// <summary>ONNX Runtime's native library as it is on this machine.</summary>
public sealed class OnnxRuntimeLibrary
{
    private static readonly Lazy<OnnxRuntimeLibrary> Opened = new(() => new OnnxRuntimeLibrary(), LazyThreadSafetyMode.PublicationOnly);

    private OnnxRuntimeLibrary()
    {
        OrtEnv env = Environment();
        // Everything that it writes to standard error comes as an exception, too, and is said once, by whoever handles that.
        env.EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
        env.DisableTelemetryEvents();
        Version = env.GetVersionString();
        Providers = env.GetAvailableProviders();
        FilePath = Process.GetCurrentProcess().Modules.Cast<ProcessModule>().Select(m => m.FileName).FirstOrDefault(IsLibrary);
    }

    /// <summary>How this program binds the library: <c>real</c> with the package Microsoft.ML.OnnxRuntime, <c>compat</c> with the stand-in.</summary>
    public static string Binding { get; } = BuiltWith("EdgePackages");

    /// <summary>The version of the package whose interface this program is written for.</summary>
    public static string PackageVersion { get; } = BuiltWith("OrtVersion");

    /// <summary>The native library's version.</summary>
    public string Version { get; }

    /// <summary>The execution providers that it was built with, as it names them, for example <c>CUDAExecutionProvider</c>.</summary>
    public IReadOnlyList<string> Providers { get; }

    /// <summary>The file that was loaded; null where the system does not tell.</summary>
    public string? FilePath { get; }

    /// <summary>Loads the library, once for the process.</summary>
    /// <exception cref="DeviceException">It is not there or cannot be loaded; the message says what to do.</exception>
    public static OnnxRuntimeLibrary Open() => Opened.Value;

    private static OrtEnv Environment()
    {
        try
        {
            return OrtEnv.Instance();
        }
        catch (Exception e) when (Cause(e) is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            // The stand-in's message is written for users; the package's is the system's, wrapped.
            throw new DeviceException(e is DllNotFoundException ? e.Message : $"ONNX Runtime's native library cannot be loaded: {Cause(e)!.Message.ReplaceLineEndings(" ").Trim()}", e);
        }
    }

    // Directory.Build.targets writes them into this assembly.
    private static string BuiltWith(string name) => typeof(OnnxRuntimeLibrary).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == name).Value!;

    private static Exception? Cause(Exception error) => error is TypeInitializationException ? error.InnerException : error;

    private static bool IsLibrary(string path) =>
        Path.GetFileName(path) is var name && (name.StartsWith("libonnxruntime.", StringComparison.Ordinal) || name.Equals("onnxruntime.dll", StringComparison.OrdinalIgnoreCase));
}
