using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;

namespace Qwen3Tokenizer.Edge.Tests.Compiler.FullModel;

/// <summary>A build of a full-size decoder for this machine: a folder with a library, a conformance program that passes, and a report.</summary>
public sealed class FullModelBuildTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("q3e full build ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_build_verifies_itself_and_reports_the_noise_of_every_operation()
    {
        string target = Path.Combine(_folder, "out");
        BoardBuildResult result = FullModelBuild.Build(Qwen3Golden.Model("tiny"), Speech, Board.Load("host"), target);

        Assert.True(File.Exists(result.SharedLibraryPath), result.SharedLibraryPath);
        Assert.Equal(("q3e_tiny", null), (result.ModelSymbol, result.ArchivePath));
        Assert.Empty(result.Notices);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(result.ReportJsonPath));
        JsonElement root = report.RootElement;
        Assert.Equal(result.ConformanceCrc.ToString("x8", CultureInfo.InvariantCulture), root.GetProperty("conformance_crc32").GetString());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Qwen3Golden.Folder("tiny"), "model.safetensors")))), root.GetProperty("weights_sha256").GetString());
        Assert.False(root.TryGetProperty("pitch_median_cents", out _));
        JsonElement[] layers = [.. root.GetProperty("layers").EnumerateArray()];
        Assert.Contains(layers, l => l.GetProperty("output_bits").GetInt32() == 8);
        Assert.Contains(layers, l => l.GetProperty("output_bits").GetInt32() == 16);
        Assert.All(layers, l => Assert.InRange(l.GetProperty("sqnr_db").GetDouble(), 10, 100));
        Assert.Equal(root.GetProperty("samples_sqnr_db").GetDouble(), layers[^1].GetProperty("sqnr_db").GetDouble());

        // Every byte and every multiply-accumulate belongs to a layer; the graph counts the latter in another way.
        Assert.Equal(root.GetProperty("weight_bytes").GetInt64(), layers.Sum(l => l.GetProperty("flash_bytes").GetInt64()));
        Assert.Equal(root.GetProperty("state_bytes").GetInt64() - 32, layers.Sum(l => l.GetProperty("state_bytes").GetInt64()));
        Assert.InRange(layers.Sum(l => l.GetProperty("macs").GetInt64()) / (double)Qwen3Golden.Model("tiny").Decoder.MultiplyAccumulates, 0.9, 1.1);
        Assert.Contains("Samples<b>", File.ReadAllText(result.ReportPath), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(target, "verify*"));
        Assert.Empty(Directory.GetFiles(target, "q3e_conformance*"));

        // The folder's own program agrees with the checksums that the build wrote.
        string program = new LibraryBuild(CCompiler.Require(), target, new("tiny")).Conformance("check", "-O2");
        Assert.Equal(0, ChildProcess.Run(program, [], target, TimeSpan.FromMinutes(1)).ExitCode);
    }

    [Theory]
    [InlineData("rpi2", "cortex-a7 at least")]
    [InlineData("rpi-zero", "arm1176jzf-s at least")]
    [InlineData("meter-m4", "cortex-m4 at least")]
    [InlineData("meter-tone", "multiply-accumulates; build for")]
    public void A_board_without_budgets_for_such_models_is_refused_with_figures_before_anything_is_computed(string board, string why)
    {
        BuildException e = Assert.Throws<BuildException>(() => FullModelBuild.Build(Qwen3Golden.Model("tiny"), _ => throw new InvalidOperationException(), Board.Load(board), Path.Combine(_folder, "none")));

        Assert.StartsWith($"Board '{board}' runs no full-size models: a frame of 80 ms of 'tiny' is 4 million multiply-accumulates", e.Message, StringComparison.Ordinal);
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
        Assert.Contains("build for one of host, rpi3, rpi4, rpi5, take an edge model (--model edge-light), or give its board.json a section full_model.", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData(100_000L, 8_388_608L, "has 100000 bytes of flash; the library needs", "raise full_model.flash_bytes in its board.json")]
    [InlineData(134_217_728L, 100_000L, "has 100000 bytes of RAM; arena (87952), stack (65536) and data (0) need 153488, 53488 too many", "raise full_model.ram_bytes in its board.json")]
    public void A_budget_that_is_exceeded_fails_the_build_and_names_the_field(long flash, long ram, string what, string field)
    {
        Board board = Board.Load("host") with { FullModel = new FullModelBudget(flash, ram, 80) };
        string target = Path.Combine(_folder, "tight");

        BuildException e = Assert.Throws<BuildException>(() => FullModelBuild.Build(Qwen3Golden.Model("tiny"), Speech, board, target));

        Assert.Contains(what, e.Message, StringComparison.Ordinal);
        Assert.Contains(field, e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(target));
    }

    [Fact]
    public void Codes_that_fill_no_whole_frames_are_refused()
    {
        BuildException e = Assert.Throws<BuildException>(() => FullModelBuild.Emit(Qwen3Golden.Model("tiny"), [new ushort[17]]));

        Assert.Equal("17 codes to calibrate 'tiny' on do not fill whole frames of 16 layers.", e.Message);
    }

    // Speech that the authors' own encoder encoded.
    private static IReadOnlyList<ushort[]> Speech(IReadOnlyList<float[]> clips) => [Qwen3Golden.Codes("tiny", "speech_en")];
}
