using System.Globalization;
using System.Text.Json;
using Qwen3Tokenizer.Edge.Compiler;
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
        FullModelBuildResult result = FullModelBuild.Build(Qwen3Golden.Model("tiny"), [Qwen3Golden.Codes("tiny", "speech_en")], target);

        Assert.True(File.Exists(result.LibraryPath), result.LibraryPath);
        Assert.Equal("q3e_tiny", result.ModelSymbol);
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(result.ReportJsonPath));
        Assert.Equal(result.ConformanceCrc.ToString("x8", CultureInfo.InvariantCulture), report.RootElement.GetProperty("conformance_crc32").GetString());
        JsonElement[] layers = [.. report.RootElement.GetProperty("layers").EnumerateArray()];
        Assert.Equal(result.Layers.Count, layers.Length);
        Assert.Contains(layers, l => l.GetProperty("bits").GetInt32() == 8);
        Assert.Contains(layers, l => l.GetProperty("bits").GetInt32() == 16);
        Assert.InRange(layers[^1].GetProperty("sqnr_db").GetDouble(), 15, 100);
        Assert.Empty(Directory.GetFiles(target, "verify*"));

        // The folder's own program agrees with the checksums that the build wrote, and a second build replaces the first.
        string program = new LibraryBuild(CCompiler.Require(), target, new("tiny")).Conformance("check", "-O2");
        Assert.Equal(0, ChildProcess.Run(program, [], target, TimeSpan.FromMinutes(1)).ExitCode);
    }

    [Fact]
    public void Codes_that_fill_no_whole_frames_are_refused()
    {
        BuildException e = Assert.Throws<BuildException>(() => FullModelBuild.Emit(Qwen3Golden.Model("tiny"), [new ushort[17]]));

        Assert.Equal("17 codes to calibrate 'tiny' on do not fill whole frames of 16 layers.", e.Message);
    }
}
