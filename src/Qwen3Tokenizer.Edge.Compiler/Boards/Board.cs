using System.Text.Json;
using System.Text.Json.Serialization;
using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Compiler.Boards;

/// <summary>A board: how its library is compiled and what it may cost (boards/NAME/board.json).</summary>
public sealed record Board
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) } };

    /// <summary>Name, that of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence.</summary>
    public required string Description { get; init; }

    /// <summary>What is built: <c>shared</c>.</summary>
    public required string Library { get; init; }

    /// <summary>Flags of the C compiler for this board.</summary>
    public required IReadOnlyList<string> CompilerFlags { get; init; }

    /// <summary>Order of the matrices' weights in memory: <c>rows</c> or <c>blocked</c>, for kernels that compute 16 outputs side by side.</summary>
    public WeightLayout WeightLayout { get; init; }

    /// <summary>Largest library, code and weights.</summary>
    public required long FlashBytes { get; init; }

    /// <summary>Largest arena of a decoder.</summary>
    public required long RamBytes { get; init; }

    /// <summary>Names of the boards that come with the tool.</summary>
    public static IReadOnlyList<string> Names =>
        Directory.Exists(Folder)
            ? [.. Directory.EnumerateDirectories(Folder).Where(d => File.Exists(Path.Combine(d, "board.json"))).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)]
            : [];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "boards");

    /// <summary>Loads a board that comes with the tool.</summary>
    /// <exception cref="BuildException">It is unknown, or its file is wrong.</exception>
    public static Board Load(string name)
    {
        if (!Names.Contains(name, StringComparer.Ordinal))
        {
            throw new BuildException($"Board '{name}' is unknown; known boards: {string.Join(", ", Names)}.");
        }

        string path = Path.Combine(Folder, name, "board.json");
        try
        {
            Board board = JsonSerializer.Deserialize<Board>(File.ReadAllBytes(path), Json) ?? throw new BuildException($"{path}: is empty.");
            return board.Name == name && board.FlashBytes > 0 && board.RamBytes > 0 && board.Library == "shared"
                ? board
                : throw new BuildException($"{path}: name '{board.Name}', library '{board.Library}', flash_bytes {board.FlashBytes} and ram_bytes {board.RamBytes} do not make a board called '{name}'.");
        }
        catch (JsonException e)
        {
            throw new BuildException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Refuses a build that costs more than the board has.</summary>
    /// <exception cref="BuildException">A budget is exceeded; the message says by how much and what to do.</exception>
    public void Enforce(long libraryBytes, long arenaBytes)
    {
        if (libraryBytes > FlashBytes)
        {
            throw new BuildException($"Board '{Name}' has {FlashBytes} bytes of flash; the library needs {libraryBytes}, {libraryBytes - FlashBytes} too many: choose a smaller model or raise flash_bytes in its board.json.");
        }

        if (arenaBytes > RamBytes)
        {
            throw new BuildException($"Board '{Name}' has {RamBytes} bytes of RAM; a decoder's arena needs {arenaBytes}, {arenaBytes - RamBytes} too many: choose a smaller model or raise ram_bytes in its board.json.");
        }
    }
}
