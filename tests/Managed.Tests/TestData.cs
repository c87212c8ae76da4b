namespace Qwen3Tokenizer.Edge.Tests;

/// <summary>Finds the repository's tests/data from wherever the tests run.</summary>
internal static class TestData
{
    private static readonly Lazy<string> Root = new(FindRoot);

    /// <summary>Absolute path of a file under tests/data, for example <c>edge-golden/clip0.wav</c>.</summary>
    public static string Path(string relative)
    {
        string path = System.IO.Path.Combine(Root.Value, relative.Replace('/', System.IO.Path.DirectorySeparatorChar));
        return File.Exists(path) || Directory.Exists(path)
            ? path
            : throw new FileNotFoundException($"tests/data has no {relative}.", path);
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = System.IO.Path.Combine(folder.FullName, "tests", "data");
            if (Directory.Exists(candidate) && File.Exists(System.IO.Path.Combine(folder.FullName, "Qwen3Tokenizer.Edge.sln")))
                return candidate;
        }
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} has tests/data.");
    }
}
