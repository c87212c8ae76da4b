using Qwen3Tokenizer.Edge.Compiler.Boards;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>A board's folder outside the tool, removed at the end.</summary>
internal sealed class BoardFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("q3e boards ");

    public BoardFolder(string name, string json)
    {
        Path = _root.CreateSubdirectory(name).FullName;
        File.WriteAllText(BoardPath, json);
    }

    public string Path { get; }

    public string BoardPath => System.IO.Path.Combine(Path, Board.FileName);

    public void Add(string name, string text) => File.WriteAllText(System.IO.Path.Combine(Path, name), text);

    /// <summary>The board.json of a board that comes with the tool.</summary>
    public static string TextOf(string name) => File.ReadAllText(System.IO.Path.Combine(AppContext.BaseDirectory, "boards", name, Board.FileName));

    public void Dispose() => _root.Delete(recursive: true);
}
