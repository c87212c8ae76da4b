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
        AssertEncodes(Directory.GetFiles(_folder["q3edge-quickstart/library/lib"]).Single(file => Path.GetFileName(file).Contains("edge_light", StringComparison.Ordinal)));
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
    public void Encode_by_the_library_gives_nearly_the_tokens_of_float_and_they_decode()
    {
        foreach (string clip in (string[])["clip0", "clip1", "clip2", "clip3"])
            File.Copy(Repository.Golden($"{clip}.wav"), _folder[$"{clip}.wav"]);
        Run encode = Q3Edge.Run(_folder, "encode", "clip0.wav", "clip1.wav", "clip2.wav", "clip3.wav", "-o", "native", "--engine", "native", "--json");
        Expect.Success(encode);
        Expect.Success(Q3Edge.Run(_folder, "encode", "clip0.wav", "clip1.wav", "clip2.wav", "clip3.wav", "-o", "float"));

        using var json = JsonDocument.Parse(encode.OutputBytes);
        Assert.All(json.RootElement.GetProperty("files").EnumerateArray(), file => Assert.Equal("native", file.GetProperty("engine").GetString()));
        int equal = 0, frames = 0;
        foreach (string clip in (string[])["clip0", "clip1", "clip2", "clip3"])
        {
            TokenClip native = TokenFile.Read(_folder[$"native/{clip}.q3t"]), exact = TokenFile.Read(_folder[$"float/{clip}.q3t"]);
            Assert.Equal((exact.Frames, exact.Samples, exact.Delay, exact.Space, exact.Layers), (native.Frames, native.Samples, native.Delay, native.Space, native.Layers));
            double[] golden = Repository.Npy($"{clip}.tokens.npy");
            Assert.Equal(golden.Length, native.Codes.Length);
            equal += Enumerable.Range(0, native.Frames).Count(t => native[t, 0] == golden[t * native.Layers]);
            frames += native.Frames;
        }

        // Over all clips: in one of 21 frames a single code is 5 %.
        Assert.True(equal >= 0.95 * frames, $"{equal} of the first layer's {frames} codes are equal");

        Expect.Success(Q3Edge.Run(_folder, "decode", "native/clip0.q3t", "-o", "n.wav"));
        Expect.Success(Q3Edge.Run(_folder, "decode", "float/clip0.q3t", "-o", "f.wav"));
        float[] original = AudioFile.Read(_folder["clip0.wav"]).Channel(0).ToArray();
        double ours = Stoi.Compute(original, AudioFile.Read(_folder["n.wav"]).Channel(0), 16000);
        double theirs = Stoi.Compute(original, AudioFile.Read(_folder["f.wav"]).Channel(0), 16000);
        Assert.InRange(ours - theirs, -0.02, 0.02);
    }

    [Fact]
    public void Encode_by_the_library_takes_other_rates_few_layers_and_a_model_that_only_decodes()
    {
        File.WriteAllBytes(_folder["in.wav"], Sounds.Float32(Sounds.Buzz(1.03, 44100), 44100));

        Expect.Success(Q3Edge.Run(_folder, "encode", "in.wav", "-o", "n.q3t", "--engine", "native", "--model", "edge-meter", "--layers", "5"));
        Expect.Success(Q3Edge.Run(_folder, "encode", "in.wav", "-o", "f.q3t", "--engine", "float", "--model", "edge-meter", "--layers", "5"));

        TokenClip native = TokenFile.Read(_folder["n.q3t"]), exact = TokenFile.Read(_folder["f.q3t"]);
        Assert.Equal(5, native.Layers);
        Assert.Equal((exact.Frames, exact.Samples, exact.Delay), (native.Frames, native.Samples, native.Delay));
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

        Assert.False(model.GetProperty("can_encode").GetBoolean());
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
        Expect.Failure(Q3Edge.Run(_folder, [], NoCompiler, "encode", Repository.QuickstartClip, "-o", "n.q3t", "--engine", "native"), "C compiler", "");
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

    private void AssertEncodes(string library)
    {
        Run info = Q3Edge.Run(_folder, "info", library, "--json");
        Expect.Success(info);
        using var facts = JsonDocument.Parse(info.OutputBytes);
        JsonElement model = Assert.Single(facts.RootElement.GetProperty("models").EnumerateArray());
        Assert.True(model.GetProperty("can_encode").GetBoolean());
        Assert.Equal(16000, model.GetProperty("encoder_sample_rate").GetInt32());
        Assert.Equal(1280, model.GetProperty("encoder_frame_samples").GetInt32());
        Assert.Equal(16, model.GetProperty("encoder_layers").GetInt32());
        Assert.True(model.GetProperty("encoder_arena_bytes").GetInt32() > 1280 * sizeof(short));
    }
}
