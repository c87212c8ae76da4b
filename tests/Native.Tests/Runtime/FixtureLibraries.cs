using System.Diagnostics;
using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Runtime;

namespace Qwen3Tokenizer.Edge.Tests.Runtime;

/// <summary>The C fixtures, compiled once per test run into a folder of their own.</summary>
public sealed class FixtureLibraries : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("q3e-runtime-");
    private readonly string _root = FindRoot();

    public FixtureLibraries()
    {
        string kernels = Path.Combine(_root, "native", "kernels");
        Models = Compile("libfixture.so", ["fixture_models.c", Path.Combine(kernels, "q3e_decoder.c"), Path.Combine(kernels, "q3e_encoder.c")]);
        FutureVersion = Compile("libfuture.so", ["fixture_version_only.c"], "-DVERSION=99u");
        VersionZero = Compile("libzero.so", ["fixture_version_only.c"], "-DVERSION=0u");
        VersionOnly = Compile("libpartial.so", ["fixture_version_only.c"], "-DVERSION=2u");
        Foreign = Compile("libforeign.so", ["fixture_foreign.c"]);
    }

    /// <summary>The library with all the fixture models.</summary>
    public string Models { get; }

    public string FutureVersion { get; }

    public string VersionZero { get; }

    /// <summary>The supported version, and no function besides.</summary>
    public string VersionOnly { get; }

    public string Foreign { get; }

    /// <summary>A path in the folder at which nothing is yet.</summary>
    public string NewPath(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>The models' library under another name, which the system loads and unloads independently of the first.</summary>
    public string CopyOfModels(string name)
    {
        string copy = NewPath(name);
        File.Copy(Models, copy);
        return copy;
    }

    /// <summary>What a library itself says for a status, asked without the runtime.</summary>
    public static unsafe string StatusText(string path, EmittedStatus status)
    {
        nint library = NativeLibrary.Load(path);
        try
        {
            var text = (delegate* unmanaged[Cdecl]<int, nint>)NativeLibrary.GetExport(library, "q3e_status_text");
            return Marshal.PtrToStringUTF8(text((int)status))!;
        }
        finally
        {
            NativeLibrary.Free(library);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Compile(string output, string[] sources, params string[] options)
    {
        string sourceFolder = Path.Combine(_root, "tests", "Native.Tests", "Runtime", "Fixture");
        string target = NewPath(output);
        var start = new ProcessStartInfo("cc") { RedirectStandardError = true };
        string[] arguments =
        [
            "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O1", "-shared", "-fPIC",
            "-I", Path.Combine(_root, "native", "include"), "-I", Path.Combine(_root, "native", "kernels"),
            .. options, .. sources.Select(s => Path.Combine(sourceFolder, s)), "-o", target,
        ];
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using Process compiler = Process.Start(start)!;
        string errors = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? target : throw new InvalidOperationException($"cc cannot build {output}: {errors}");
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Qwen3Tokenizer.Edge.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"No folder above '{AppContext.BaseDirectory}' holds the solution.");
    }
}

/// <summary>Tests that share the fixtures run one after another: the gate of the gated model is one per process.</summary>
[CollectionDefinition(Name)]
public sealed class FixtureCollection : ICollectionFixture<FixtureLibraries>
{
    public const string Name = "Emitted library fixtures";
}
