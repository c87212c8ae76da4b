using System.Text.Json;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Audio.Metrics;

namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>The ways through the emitted library, and what happens without a compiler.</summary>
public sealed class NativeJourneys : IDisposable
{
    private static readonly Dictionary<string, string?> NoCompiler = new() { ["PATH"] = "/nonexistent", ["Q3E_CC"] = null };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Quickstart_goes_the_whole_way()
    {
        Run run = Q3Edge.Run(_folder, "quickstart");

        Expect.Success(run);
        string[] made = ["compare.html", "decoded-meter.wav", "decoded.wav", "library", "original.wav", "tokens.q3t"];
        Assert.Equal(made.AsEnumerable(), Directory.EnumerateFileSystemEntries(_folder["q3edge-quickstart"]).Select(e => Path.GetFileName(e)!).Order(StringComparer.Ordinal));
        AudioClip original = AudioFile.Read(_folder["q3edge-quickstart/original.wav"]), decoded = AudioFile.Read(_folder["q3edge-quickstart/decoded.wav"]);
        Assert.Equal(AudioFile.Read(Repository.QuickstartClip).Channel(0), original.Channel(0));
        Assert.True(Stoi.Compute(original.Channel(0), decoded.Channel(0), 16000) > 0.75);
        Assert.Equal(8000, AudioFile.Read(_folder["q3edge-quickstart/decoded-meter.wav"]).SampleRate);
        Assert.All(made, name => Assert.Contains(name, run.Output, StringComparison.Ordinal));
        Assert.Contains("real-time factor", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_uses_the_library_by_default_and_agrees_with_float()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "v.q3t"));
        Run native = Q3Edge.Run(_folder, "decode", "v.q3t", "-o", "n.wav", "--model", "edge-meter", "--json");
        Expect.Success(native);
        using var json = JsonDocument.Parse(native.OutputBytes);
        Assert.Equal("native", json.RootElement.GetProperty("engine").GetString());
        Expect.Success(Q3Edge.Run(_folder, "decode", "v.q3t", "-o", "f.wav", "--model", "edge-meter", "--engine", "float"));

        AudioClip ours = AudioFile.Read(_folder["n.wav"]), theirs = AudioFile.Read(_folder["f.wav"]);
        Assert.Equal(theirs.Length, ours.Length);
        // Sample by sample they may differ: a pitch off by a fraction of a cent lets phases drift. Melody and intelligibility may not.
        float[] original = Resampler.Resample(AudioFile.Read(Repository.QuickstartClip).Channel(0), 16000, 8000);
        Assert.InRange(PitchError.Compare(PitchTracker.Track(theirs.Channel(0), 8000), PitchTracker.Track(ours.Channel(0), 8000)).MedianCents, 0, 10);
        Assert.InRange(Stoi.Compute(original, ours.Channel(0), 8000) - Stoi.Compute(original, theirs.Channel(0), 8000), -0.01, 0.01);
    }

    [Fact]
    public void A_build_can_be_looked_at_and_repeated()
    {
        Run build = Q3Edge.Run(_folder, "build", "--board", "host", "--model", "edge-meter", "-o", "out", "--json");
        Expect.Success(build);
        using var json = JsonDocument.Parse(build.OutputBytes);
        string library = json.RootElement.GetProperty("library").GetString()!;
        Assert.True(File.Exists(library));
        Assert.Equal("q3e_edge_meter", json.RootElement.GetProperty("symbol").GetString());

        Run info = Q3Edge.Run(_folder, "info", library, "--json");
        Expect.Success(info);
        using var facts = JsonDocument.Parse(info.OutputBytes);
        JsonElement model = Assert.Single(facts.RootElement.GetProperty("models").EnumerateArray());
        Assert.Equal("edge-meter", model.GetProperty("name").GetString());
        Assert.Equal(8000, model.GetProperty("sample_rate").GetInt32());
        Assert.Equal("39ee2b1bf4155eeda2f12fab815793b3a374ac5aa2b18fc08ce8300d3533694c", model.GetProperty("token_space").GetString());

        Expect.Success(Q3Edge.Run(_folder, "build", "--board", "host", "--model", "edge-meter", "-o", "out"));
        Assert.Equal(["out"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(e => Path.GetFileName(e)!));
    }

    [Fact]
    public void Info_refuses_a_library_that_was_not_emitted()
    {
        string other = Directory.EnumerateFiles(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.*").First();
        Run run = Q3Edge.Run(_folder, "info", other);
        Expect.Failure(run, Path.GetFileName(other), "");
    }

    [Fact]
    public void Without_a_compiler_decode_falls_back_to_float_with_one_warning()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "v.q3t"));
        Run run = Q3Edge.Run(_folder, [], NoCompiler, "decode", "v.q3t", "-o", "v.wav");

        Expect.Warning(run, "C compiler", "float instead");
        Expect.Success(Q3Edge.Run(_folder, "decode", "v.q3t", "-o", "f.wav", "--engine", "float"));
        Assert.Equal(File.ReadAllBytes(_folder["f.wav"]), File.ReadAllBytes(_folder["v.wav"]));
    }

    [Fact]
    public void Without_a_compiler_quickstart_still_arrives()
    {
        Run run = Q3Edge.Run(_folder, [], NoCompiler, "quickstart", "-o", "q");

        Expect.Warning(run, "C compiler", "float");
        Assert.Equal(["compare.html", "decoded-meter.wav", "decoded.wav", "original.wav", "tokens.q3t"],
            Directory.EnumerateFileSystemEntries(_folder["q"]).Select(e => Path.GetFileName(e)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Without_a_compiler_an_explicit_wish_for_the_library_fails()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "v.q3t"));

        Expect.Failure(Q3Edge.Run(_folder, [], NoCompiler, "decode", "v.q3t", "-o", "v.wav", "--engine", "native"), "C compiler", "");
        Expect.Failure(Q3Edge.Run(_folder, [], NoCompiler, "build", "--board", "host", "-o", "out"), "C compiler", "");
        Assert.Equal(["v.q3t"], _folder.Entries);
    }

    [Fact]
    public void Without_a_compiler_doctor_names_the_line_that_installs_one()
    {
        Run run = Q3Edge.Run(_folder, [], NoCompiler, "doctor");

        Expect.Success(run);
        Assert.Contains("apt-get install gcc", run.Output, StringComparison.Ordinal);
    }
}
