using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Harness;

/// <summary>Compiles a C harness of this folder to a shared library and loads it.</summary>
internal static partial class NativeHarness
{
    /// <summary>Path of a harness's source.</summary>
    public static string SourceOf(string file) => Path.Combine(AppContext.BaseDirectory, "Native", file);

    /// <summary>Compiles and loads.</summary>
    public static nint Load(CCompiler compiler, string folder, string file, params IEnumerable<string> libraries)
    {
        string output = Path.Combine(folder, Path.ChangeExtension(file, ".so"));
        compiler.Run(folder, ["-std=gnu99", "-Wall", "-Wextra", "-O3", "-march=native", "-fPIC", "-shared", SourceOf(file), .. libraries, "-o", output]);
        return NativeLibrary.Load(output);
    }

    /// <summary>Sets a variable that native libraries read: the runtime's own copy of the environment is not theirs.</summary>
    public static void SetVariable(string name, string value)
    {
        if (SetEnvironment(name, value, 1) != 0)
        {
            throw new InvalidOperationException($"The environment variable {name} could not be set.");
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
