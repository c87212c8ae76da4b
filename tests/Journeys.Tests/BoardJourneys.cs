using System.Text.Json;

namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>A board as the README tells, word by word. Needs the Cortex-M compiler and emulator, as the README says.</summary>
public sealed class BoardJourneys : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_readmes_steps_add_a_board()
    {
        string[] blocks = ReadmeSteps.Blocks("### Add a board");
        Assert.Equal(2, blocks.Length);
        Directory.CreateSymbolicLink(_folder["boards"], Path.Combine(ReadmeSteps.Root, "boards"));

        ReadmeSteps.Run(_folder.Path, blocks[0]);
        string told = ReadmeSteps.Run(_folder.Path, blocks[1]);

        Assert.Contains("edge-meter for my-board", told, StringComparison.Ordinal);
        Assert.Contains("says all alerts under   qemu-system-arm", told, StringComparison.Ordinal);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(_folder["out-my-board/report.json"]));
        JsonElement firmware = report.RootElement.GetProperty("firmware");
        Assert.Equal("my-board", report.RootElement.GetProperty("board").GetString());
        Assert.Equal("firmware/my-board-test.elf", firmware.GetProperty("image").GetString());
        JsonElement application = firmware.GetProperty("application");
        Assert.Equal(("firmware/my-board.elf", "firmware/my-board.bin", true), (application.GetProperty("image").GetString(), application.GetProperty("binary").GetString(), application.GetProperty("speaks").GetBoolean()));
        Assert.Equal(450000, report.RootElement.GetProperty("flash_budget_bytes").GetInt64());
        Assert.All((string[])["elf", "bin", "hex"], e => Assert.True(File.Exists(_folder[$"out-my-board/firmware/my-board.{e}"])));
        Assert.True(File.Exists(_folder["out-my-board/firmware/my-board-test.elf"]));
        Assert.Contains("All alerts", File.ReadAllText(_folder["out-my-board/report.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_board_that_only_beeps_is_built_without_a_model()
    {
        Run build = Q3Edge.Run(_folder, "build", "--board", "meter-tone", "-o", "out");

        Expect.Success(build);
        Assert.Contains("tones for meter-tone", build.Output, StringComparison.Ordinal);
        Assert.Contains("tones only)", build.Output, StringComparison.Ordinal);
        Assert.Contains("says all alerts under   qemu-system-arm -M microbit", build.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["out/firmware/meter-tone.bin"]));
        Assert.False(Directory.Exists(_folder["out/src"]));
        Expect.Success(Q3Edge.Run(_folder, "build", "--board", "meter-tone", "-o", "out", "--json"));
    }
}
