namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>One file that holds the current input, for readers that take a path.</summary>
internal sealed class TemporaryFile(string extension) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("q3e-fuzz-");

    public string Path => System.IO.Path.Combine(_folder.FullName, "input" + extension);

    public void Dispose() => _folder.Delete(recursive: true);
}
