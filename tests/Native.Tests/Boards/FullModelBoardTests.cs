using System.Text.Json;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>The full-size family's decoder, small, on the boards that run it: cross-compiled, and run in their emulators.</summary>
public sealed class FullModelBoardTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("q3e full boards ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("tiny", "speech_en", "rpi5", "qemu-aarch64 -cpu cortex-a76")]
    [InlineData("tiny", "speech_en", "rpi3", "qemu-aarch64 -cpu cortex-a53")]
    [InlineData("medium", "speech_de", "rpi4", "qemu-aarch64 -cpu cortex-a72")]
    public void A_build_for_a_Raspberry_Pi_gives_this_machines_samples_there_and_counts_its_instructions(string model, string speech, string board, string emulator)
    {
        using Qwen3Tts12Hz golden = Model(model);
        string target = Path.Combine(_folder, board);

        // The build fails unless the checksums under the emulator are those that this machine's own build gave.
        BoardBuildResult result = FullModelBuild.Build(golden, _ => [Codes(model, speech)], Board.Load(board), target);

        Assert.Empty(result.Notices);
        Assert.True(File.Exists(result.SharedLibraryPath) && File.Exists(result.ArchivePath));
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(result.ReportJsonPath));
        JsonElement root = report.RootElement, frame = root.GetProperty("frame");
        JsonElement[] layers = [.. root.GetProperty("layers").EnumerateArray()];
        Assert.Equal((board, emulator, 134_217_728), (root.GetProperty("board").GetString(), root.GetProperty("verified_under").GetString(), root.GetProperty("flash_budget_bytes").GetInt64()));
        Assert.Equal(("counted", emulator), (frame.GetProperty("basis").GetString(), frame.GetProperty("how").GetString()));
        Assert.Equal(frame.GetProperty("instructions").GetInt64(), layers.Sum(l => l.GetProperty("instructions").GetInt64()) + frame.GetProperty("interface_instructions").GetInt64());
        Assert.All(layers, l => Assert.True(l.GetProperty("instructions").GetInt64() > 0, l.GetProperty("name").GetString()));

        // As its user does it: CMake with the toolchain file that came along.
        string rebuilt = Path.Combine(_folder, "rebuilt");
        Tools.Run("cmake", ["-S", target, "-B", rebuilt, "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_TOOLCHAIN_FILE=" + Path.Combine(target, "toolchain.cmake")], _folder);
        Tools.Run("cmake", ["--build", rebuilt, "-j2"], _folder);
        Assert.Contains("100% tests passed", Tools.Run("ctest", ["--test-dir", rebuilt], _folder), StringComparison.Ordinal);
    }

    [Fact]
    public void A_board_that_cannot_keep_up_with_speech_gets_its_library_and_is_told_so_with_figures()
    {
        using Qwen3Tts12Hz golden = Model("tiny");
        Board slow = Board.Load("rpi4") with { ClockHz = 50_000_000 }, slower = slow with { ClockHz = 1_000_000 };

        BoardBuildResult result = FullModelBuild.Build(golden, _ => [Codes("tiny", "speech_en")], slow, Path.Combine(_folder, "slow"));
        BuildException e = Assert.Throws<BuildException>(() => FullModelBuild.Build(golden, _ => [Codes("tiny", "speech_en")], slower, Path.Combine(_folder, "slower")));

        string notice = Assert.Single(result.Notices);
        Assert.Matches(
            @"^Board 'rpi4' is not expected to follow live speech of 'tiny': a frame of 80 ms takes one core about \d+ ms \(counted under qemu-aarch64 -cpu cortex-a72, an instruction a cycle; not timed on a board\), a second of speech \d+\.\d s\. The library turns token files into speech;",
            notice);
        Assert.True(File.Exists(result.SharedLibraryPath));
        Assert.Matches(@"^Board 'rpi4' has \d+ ms for a frame; this model takes about \d+\.\d ms there, .* raise full_model\.frame_milliseconds", e.Message);
    }

    [Fact]
    public void A_folder_whose_weights_are_too_many_for_C_arrays_is_a_package_of_CMake_and_make_alone()
    {
        using Qwen3Tts12Hz golden = Model("tiny");
        string target = Path.Combine(_folder, "out"), large = Path.Combine(_folder, "large");
        FullModelBuild.Build(golden, _ => [Codes("tiny", "speech_en")], Board.Load("host"), target);
        FullModelSource full = FullModelBuild.Emit(golden, [Codes("tiny", "speech_en")]);
        Compiler.Emission.EmittedFolder.Write(large, full.Source);
        foreach (string file in Directory.GetFiles(Path.Combine(target, "conformance")))
        {
            File.Copy(file, Path.Combine(large, "conformance", Path.GetFileName(file)), overwrite: true);
        }

        // What the emission of a model of more than 32 MB leaves out.
        File.Delete(Path.Combine(large, "src", "tiny_weights.c"));
        Compiler.Packages.PackageFiles.Write(large, Compiler.Packages.WeightsLicence.OfUnknown("model.safetensors", new byte[32]), full.Source);

        Assert.Equal(["CMakeLists.txt", "LICENSE", "Makefile", "q3e_tiny.spdx.json"], Directory.GetFiles(large).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("WEIGHTS_AS_C", File.ReadAllText(Path.Combine(large, "CMakeLists.txt")), StringComparison.Ordinal);
        Assert.DoesNotContain("tiny_weights.c", File.ReadAllText(Path.Combine(large, "Makefile")), StringComparison.Ordinal);
        Assert.Contains("option(Q3E_WEIGHTS_AS_C", File.ReadAllText(Path.Combine(target, "CMakeLists.txt")), StringComparison.Ordinal);
        string build = Path.Combine(_folder, "build");
        Tools.Run("cmake", ["-S", large, "-B", build, "-DCMAKE_BUILD_TYPE=Release"], _folder);
        Tools.Run("cmake", ["--build", build, "-j2"], _folder);
        Assert.Contains("100% tests passed", Tools.Run("ctest", ["--test-dir", build], _folder), StringComparison.Ordinal);
        Assert.Contains("tiny ", Tools.Run("make", ["-j2", "check"], large), StringComparison.Ordinal);
    }

    private static Qwen3Tts12Hz Model(string name) => Qwen3Tts12Hz.Load(TestData.Path($"qwen3-golden/{name}"));

    private static ushort[] Codes(string model, string name) => Array.ConvertAll(Npy.LoadTestData($"qwen3-golden/{model}/cases/{name}/codes.npy").Longs, c => checked((ushort)c));
}
