using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Boards;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

public class BoardTests
{
    [Fact]
    public void Every_board_that_comes_with_the_tool_loads()
    {
        Assert.Contains("host", Board.Names);
        Assert.All(Board.Names, name => Assert.Equal(name, Board.Load(name).Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Host")]
    [InlineData("../host")]
    [InlineData("host/")]
    [InlineData("stm32")]
    public void An_unknown_board_is_refused_with_the_list_of_known_ones(string name)
    {
        var e = Assert.Throws<BuildException>(() => Board.Load(name));

        Assert.Equal($"Board '{name}' is unknown; known boards: {string.Join(", ", Board.Names)}.", e.Message);
    }

    [Fact]
    public void A_build_within_the_budgets_passes_up_to_the_last_byte() => Small().Enforce(1000, 200);

    [Theory]
    [InlineData(1001, 200, "flash", "1 too many", "flash_bytes")]
    [InlineData(1000, 264, "RAM", "64 too many", "ram_bytes")]
    public void A_budget_that_is_exceeded_is_refused_with_the_excess_and_the_way_out(long library, long arena, string what, string excess, string field)
    {
        var e = Assert.Throws<BuildException>(() => Small().Enforce(library, arena));

        Assert.Contains(what, e.Message, StringComparison.Ordinal);
        Assert.Contains(excess, e.Message, StringComparison.Ordinal);
        Assert.Contains($"choose a smaller model or raise {field}", e.Message, StringComparison.Ordinal);
    }

    private static Board Small() => new() { Name = "small", Description = "A test.", Library = "shared", CompilerFlags = [], FlashBytes = 1000, RamBytes = 200 };
}
