using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>The compilers and inspectors that these tests need. One that is missing fails the test that needs it; nothing is skipped.</summary>
internal static class Tools
{
    // For what hangs: the longest takes a minute of a core, and there may be more tests than cores.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>What the strict compilations ask for.</summary>
    public static readonly string[] Strict = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"];

    /// <summary>Both compilers.</summary>
    public static readonly string[] Compilers = ["gcc", "clang"];

    /// <summary>A file of tests/Native.Tests/c, absolute.</summary>
    public static string CFile(string name) => RepositoryPath("tests/Native.Tests/c/" + name);

    /// <summary>A path in the repository, absolute.</summary>
    public static string RepositoryPath(string relative) => Path.GetFullPath(TestData.Path("../../" + relative));

    /// <summary>Runs a program; fails with what it said when it ends with another status than 0.</summary>
    public static string Run(string program, IEnumerable<string> arguments, string folder)
    {
        string[] given = [.. arguments];
        ChildProcess.Result result = ChildProcess.Run(program, given, folder, Limit);
        if (result.ExitCode != 0)
        {
            string said = string.Join('\n', $"{result.Output}\n{result.Error}".Split('\n').Where(l => l.Length > 0).Take(40));
            Assert.Fail($"{program} {string.Join(' ', given)} ended with status {result.ExitCode}:\n{said}");
        }

        return result.Output;
    }

    /// <summary>Compiles and links a program; returns its path. The kernels are compiled with the same options, once for all programs that ask for them.</summary>
    public static string Link(string compiler, BuiltModel model, string name, IEnumerable<string> options, IEnumerable<string> files)
    {
        string output = model.InScratch(name);
        string[] given = [.. options], all = [.. files], kernels = [.. model.Kernels];
        IEnumerable<string> objects = kernels.All(all.Contains) ? [.. all.Except(kernels, StringComparer.Ordinal), .. KernelObjects.Of(compiler, model, given)] : all;
        Run(compiler, [.. given, .. model.IncludeOptions, .. objects, "-o", output], model.Scratch);
        return output;
    }

    /// <summary>Compiles files to objects in a folder of their own; returns the objects.</summary>
    public static string[] Objects(string compiler, BuiltModel model, string name, IEnumerable<string> options, IEnumerable<string> files)
    {
        string folder = model.NewScratchFolder(name);
        Run(compiler, ["-c", .. options, .. model.IncludeOptions, .. files], folder);
        return [.. Directory.GetFiles(folder, "*.o").Order(StringComparer.Ordinal)];
    }

    /// <summary>Runs every case on as many threads as there are cores; their failures are reported together.</summary>
    public static void Each<T>(IEnumerable<T> cases, Action<T> action) =>
        Parallel.ForEach(cases, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, action);
}
