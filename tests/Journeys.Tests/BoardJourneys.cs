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
        Assert.Equal("firmware/my-board.elf", firmware.GetProperty("image").GetString());
        Assert.Equal(450000, report.RootElement.GetProperty("flash_budget_bytes").GetInt64());
        Assert.True(File.Exists(_folder["out-my-board/firmware/my-board.elf"]));
        Assert.Contains("All alerts", File.ReadAllText(_folder["out-my-board/report.html"]), StringComparison.Ordinal);
    }
}
