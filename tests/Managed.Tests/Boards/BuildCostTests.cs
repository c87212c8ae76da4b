using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Boards;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

public class BuildCostTests
{
    private static readonly Board Small = Board.Load("rpi4") with { Name = "small", FlashBytes = 1000, RamBytes = 300, StackBytes = 100, FrameMilliseconds = 20 };

    private static readonly BuildCost Fits = new(1000, 150, 50, 20, [new("a", 500), new("b", 300), new("c", 100), new("d", 50)], "leave out the encoder (--decoder-only, 70 bytes)");

    [Fact]
    public void A_build_within_the_budgets_passes_up_to_the_last_byte() => Fits.RequireWithin(Small);

    [Fact]
    public void A_library_that_is_too_large_is_refused_with_the_excess_the_largest_parts_and_the_ways_out() => Refused(
        Fits with { FlashBytes = 1001 },
        "Board 'small' has 1000 bytes of flash; the library needs 1001, 1 too many; the largest parts are a (500), b (300), c (100): leave out the encoder (--decoder-only, 70 bytes), choose another board, or raise flash_bytes in its board.json if the board has more.");

    [Fact]
    public void Memory_counts_the_arena_the_stack_and_the_data() => Refused(
        Fits with { ArenaBytes = 214, Advice = null },
        "Board 'small' has 300 bytes of RAM; arena (214), stack (100) and data (50) need 364, 64 too many: choose another board, or raise ram_bytes in its board.json if the board has more.");

    [Fact]
    public void A_frame_that_takes_too_long_is_refused() => Refused(
        Fits with { FrameMilliseconds = 20.5, Advice = null },
        "Board 'small' has 20 ms for a frame; this model takes about 20.5 ms there, 0.5 too many: choose another board, or raise frame_milliseconds in its board.json if the board has more.");

    [Fact]
    public void A_time_that_is_not_known_is_no_reason_to_refuse() => (Fits with { FrameMilliseconds = null }).RequireWithin(Small);

    private static void Refused(BuildCost cost, string message) => Assert.Equal(message, Assert.Throws<BuildException>(() => cost.RequireWithin(Small)).Message);
}
