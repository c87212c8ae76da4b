using System.Text.Json;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>The committed JSON Schema says what the reader checks.</summary>
public class BoardSchemaTests
{
    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "boards", "board.schema.json"))).RootElement;

    [Fact]
    public void Schema_and_reader_know_the_same_fields()
    {
        using var folder = new BoardFolder("any", BoardFolder.TextOf("rpi4").Replace("rpi4", "any", StringComparison.Ordinal).Replace("\"system\"", "\"unknown\": 1, \"system\"", StringComparison.Ordinal));
        folder.Add("toolchain.cmake", "");
        string message = Assert.Throws<Qwen3Tokenizer.Edge.Compiler.BuildException>(() => Board.Load(folder.Path)).Message;
        string[] known = message[(message.IndexOf("known here are ", StringComparison.Ordinal) + 15)..^1].Split(", ");

        Assert.Equal(Schema.GetProperty("properties").EnumerateObject().Select(p => p.Name).Where(n => n != "$schema").Order(StringComparer.Ordinal), known);
    }

    [Fact]
    public void Every_field_that_the_schema_requires_is_required_by_the_reader()
    {
        using JsonDocument board = JsonDocument.Parse(BoardFolder.TextOf("rpi4"));
        string[] required = [.. Schema.GetProperty("required").EnumerateArray().Select(r => r.GetString()!)];
        foreach (JsonProperty left in board.RootElement.EnumerateObject().Where(p => p.Name != "$schema"))
        {
            using var folder = new BoardFolder("rpi4", JsonSerializer.Serialize(board.RootElement.EnumerateObject().Where(p => p.Name != left.Name).ToDictionary(p => p.Name, p => p.Value)));
            folder.Add("toolchain.cmake", "");
            Exception? e = Record.Exception(() => Board.Load(folder.Path));
            // Without a clock the instructions say nothing: the one field that another one asks for.
            Assert.Equal(required.Contains(left.Name) || left.Name == "clock_hz", e is not null);
        }
    }

    [Fact]
    public void The_values_that_the_reader_takes_are_those_of_the_schema()
    {
        Assert.Equal(NamesOf<BoardSystem>(), Choices("system"));
        Assert.Equal(NamesOf<AudioOutput>(), Choices("audio_output"));
        Assert.Equal(Board.KernelFamilies, Schema.GetProperty("properties").GetProperty("kernels").GetProperty("items").GetProperty("enum").EnumerateArray().Select(v => v.GetString()!));
        Assert.Empty(NamesOf<WeightLayout>().Except(Choices("weight_layout")));
    }

    private static IEnumerable<string> Choices(string field) => Schema.GetProperty("properties").GetProperty(field).GetProperty("enum").EnumerateArray().Select(v => v.GetString()!);

    private static IEnumerable<string> NamesOf<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);
}
