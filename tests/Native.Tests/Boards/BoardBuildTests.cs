using System.Text.Json;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>Whole builds for boards, with the toolchains and emulators of Debian.</summary>
public sealed class BoardBuildTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    [Fact]
    public void A_build_for_a_Raspberry_Pi_holds_both_libraries_was_run_in_its_emulator_and_says_what_it_costs()
    {
        string folder = models.NewPath("rpi4 build");

        BoardBuildResult result = BoardBuild.Build(models.Meter.Model, Board.Load("rpi4"), folder);

        Assert.Empty(result.Notices);
        Assert.Equal(models.Meter.Build.ConformanceCrc, result.ConformanceCrc);
        Assert.Equal(["lib/libq3e_edge_meter.a", "lib/libq3e_edge_meter.so"], Directory.GetFiles(Path.Combine(folder, "lib")).Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal));
        Assert.Equal((Path.Combine(folder, "lib", "libq3e_edge_meter.so"), Path.Combine(folder, "lib", "libq3e_edge_meter.a")), (result.SharedLibraryPath, result.ArchivePath));
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(result.ReportJsonPath));
        Assert.Equal("qemu-aarch64 -cpu cortex-a72", report.RootElement.GetProperty("verified_under").GetString());
        string[] sections = [.. report.RootElement.GetProperty("sections").EnumerateArray().Select(s => s.GetProperty("name").GetString()!)];
        Assert.Equal(".rodata", sections[0]);
        Assert.Contains(".text", sections);
        string[] largest = [.. report.RootElement.GetProperty("largest").EnumerateArray().Select(s => s.GetProperty("name").GetString()!)];
        Assert.Equal("decoder.input", largest[0]);
        Assert.Contains("code", largest);
        JsonElement frame = report.RootElement.GetProperty("frame");
        JsonElement[] layers = [.. report.RootElement.GetProperty("layers").EnumerateArray()];
        Assert.Equal(("counted", "qemu-aarch64 -cpu cortex-a72", "an instruction a cycle"), (frame.GetProperty("basis").GetString(), frame.GetProperty("how").GetString(), frame.GetProperty("cycle_model").GetString()));
        Assert.Equal(models.Meter.Program.Operations.Select(o => o.Name), layers.Select(l => l.GetProperty("name").GetString()!));
        Assert.Equal(frame.GetProperty("instructions").GetInt64(), layers.Sum(l => l.GetProperty("instructions").GetInt64()) + frame.GetProperty("interface_instructions").GetInt64());
        Assert.Equal(report.RootElement.GetProperty("weight_bytes").GetInt64(), layers.Sum(l => l.GetProperty("flash_bytes").GetInt64()));
        Assert.Equal(report.RootElement.GetProperty("frame_milliseconds").GetDouble(), frame.GetProperty("worst_milliseconds").GetDouble(), 2);

        // What users do with it: CMake, with the toolchain file that came along; ctest runs the conformance program in the emulator.
        Tools.Run("cmake", ["-S", folder, "-B", "rebuilt", "-DCMAKE_TOOLCHAIN_FILE=" + Path.Combine(folder, "toolchain.cmake")], models.Meter.Scratch);
        Tools.Run("cmake", ["--build", "rebuilt", "-j2"], models.Meter.Scratch);
        Assert.Contains("100% tests passed", Tools.Run("ctest", ["--test-dir", "rebuilt"], models.Meter.Scratch), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_toolchain_leaves_the_sources_and_names_the_line_that_installs_it()
    {
        Board board = Own("no-toolchain", "aarch64-linux-gnu-", "q3e-none-");

        BoardBuildResult result = BoardBuild.Build(models.Meter.Model, board, models.NewPath("without toolchain"));

        Assert.Equal(
            ["The sources for board 'no-toolchain' were emitted but not compiled, because q3e-none-gcc is not installed: apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross."], result.Notices);
        Assert.Equal((null, null), (result.SharedLibraryPath, result.ArchivePath));
        Assert.True(File.Exists(Path.Combine(result.Folder, "src", "edge_meter.c")));
        Assert.False(Directory.Exists(Path.Combine(result.Folder, "lib")));
        Assert.Equal(models.Meter.Build.ConformanceCrc, result.ConformanceCrc);
    }

    [Fact]
    public void A_missing_emulator_is_told_with_the_line_that_installs_it()
    {
        Board board = Own("no-emulator", "\"program\": \"qemu-aarch64\"", "\"program\": \"q3e-none\"");

        BoardBuildResult result = BoardBuild.Build(models.Meter.Model, board, models.NewPath("without emulator"));

        Assert.Equal(["The library for board 'no-emulator' was compiled but not run, because q3e-none is not installed: apt-get install qemu-user."], result.Notices);
        Assert.True(File.Exists(result.SharedLibraryPath));
        // Without it the time comes from the board's model, and the report says so.
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(result.ReportJsonPath));
        JsonElement frame = report.RootElement.GetProperty("frame");
        Assert.Equal("modelled", frame.GetProperty("basis").GetString());
        Assert.False(frame.TryGetProperty("frames", out _));
        Assert.Equal(frame.GetProperty("instructions").GetInt64(), report.RootElement.GetProperty("layers").EnumerateArray().Sum(l => l.GetProperty("instructions").GetInt64()));
        Assert.Contains("Modelled, not counted", File.ReadAllText(result.ReportPath), StringComparison.Ordinal);
    }

    [Fact]
    public void A_budget_that_is_exceeded_fails_the_build_names_the_largest_parts_and_leaves_nothing()
    {
        Board board = Own("tight", "\"flash_bytes\": 12582912", "\"flash_bytes\": 400000");
        string folder = models.NewPath("tight");

        var e = Assert.Throws<BuildException>(() => BoardBuild.Build(models.Meter.Model, board, folder));

        Assert.Matches(@"^Board 'tight' has 400000 bytes of flash; the library needs \d{6}, \d+ too many; the largest parts are decoder\.input \(\d+\), .*: choose another board, or raise flash_bytes in its board\.json", e.Message);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void Kernels_that_the_flags_do_not_give_fail_the_build()
    {
        Board board = Own("no-dot", "\"dot\"]", "\"dot\", \"armv6\"]");

        var e = Assert.Throws<BuildException>(() => BoardBuild.Build(models.Meter.Model, board, models.NewPath("no dot")));

        Assert.StartsWith("Board 'no-dot' names the kernels 'armv6', but aarch64-linux-gnu-gcc -O3 -mcpu=cortex-a72 compiles none of them", e.Message, StringComparison.Ordinal);
    }

    // A board outside the tool: rpi4 with something changed.
    private Board Own(string name, string before, string after)
    {
        string folder = Directory.CreateDirectory(models.NewPath(Path.Combine("boards", name))).FullName;
        string source = Tools.RepositoryPath("boards/rpi4"), json = File.ReadAllText(Path.Combine(source, Board.FileName)), changed = json.Replace(before, after, StringComparison.Ordinal);
        Assert.NotEqual(json, changed);
        File.WriteAllText(Path.Combine(folder, Board.FileName), changed.Replace("\"name\": \"rpi4\"", $"\"name\": \"{name}\"", StringComparison.Ordinal));
        File.Copy(Path.Combine(source, "toolchain.cmake"), Path.Combine(folder, "toolchain.cmake"));
        return Board.Load(folder);
    }
}
