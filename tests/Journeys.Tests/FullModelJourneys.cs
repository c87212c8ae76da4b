using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Qwen3Tokenizer.Edge.Audio;

namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>A Qwen3-TTS-Tokenizer-12Hz folder as a model of the command line; here the golden model of that family whose weights are small and random.</summary>
public sealed class FullModelJourneys : IDisposable
{
    private const int GoldenSamples = 121_003;

    private readonly TemporaryFolder _folder = new();

    public FullModelJourneys()
    {
        Directory.CreateDirectory(_folder["tiny"]);
        foreach (string file in (string[])["config.json", "model.safetensors"])
        {
            File.Copy(Golden(file), _folder[Path.Combine("tiny", file)]);
        }

        using FileStream wav = File.Create(_folder["speech.wav"]);
        WavWriter.WriteFloat32(wav, Values<float>(Golden("cases/speech_en/input.npy")), 24000);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Speech_goes_to_the_references_tokens_and_back_to_its_wave_in_float()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", "speech.wav", "-o", "speech.q3t", "--model", "tiny", "--engine", "float"));
        Run info = Q3Edge.Run(_folder, "info", "speech.q3t", "--json", "--codes");
        Expect.Success(info);
        Expect.Success(Q3Edge.Run(_folder, "decode", "speech.q3t", "-o", "speech.decoded.wav", "--model", "tiny", "--engine", "float", "--float"));

        using var json = JsonDocument.Parse(info.OutputBytes);
        // The codes are stored column by column, which is layer by layer.
        Assert.Equal(
            Values<long>(Golden("cases/speech_en/codes.npy")),
            json.RootElement.GetProperty("codes").EnumerateArray().SelectMany(layer => layer.EnumerateArray().Select(code => code.GetInt64())));
        AudioClip decoded = AudioFile.Read(_folder["speech.decoded.wav"]);
        Assert.Equal((24000, GoldenSamples), (decoded.SampleRate, decoded.Length));
        float[] wave = Values<float>(Golden("cases/speech_en/wave.npy"));
        Assert.All(decoded.Channel(0).Zip(wave), pair => Assert.Equal(pair.Second, pair.First, 3e-5f));
    }

    [Fact]
    public void Info_tells_what_the_folder_holds()
    {
        Run info = Q3Edge.Run(_folder, "info", "tiny", "--json");
        Expect.Success(info);

        using var json = JsonDocument.Parse(info.OutputBytes);
        JsonElement root = json.RootElement;
        Assert.Equal("qwen3_tts_tokenizer_12hz", root.GetProperty("model").GetString());
        Assert.Equal((16, 256, 24000, 20), (root.GetProperty("layers").GetInt32(), root.GetProperty("codebook_size").GetInt32(), root.GetProperty("sample_rate").GetInt32(),
            root.GetProperty("encoder_window_in_configuration").GetInt32()));
    }

    [Fact]
    public void A_window_changes_the_tokens_of_a_longer_clip()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", "speech.wav", "-o", "all.npy", "--model", "tiny", "--engine", "float"));
        Expect.Success(Q3Edge.Run(_folder, "encode", "speech.wav", "-o", "windowed.npy", "--model", "tiny", "--engine", "float", "--encoder-window", "20"));

        Assert.Equal(Values<long>(Golden("cases/speech_en/codes_windowed.npy")), Values<long>(_folder["windowed.npy"]));
        Assert.Equal(Values<long>(Golden("cases/speech_en/codes.npy")), Values<long>(_folder["all.npy"]));
    }

    [Fact]
    public void Compare_makes_a_page_of_it()
    {
        Expect.Success(Q3Edge.Run(_folder, "compare", "speech.wav", "-o", "page.html", "--model", "tiny", "--engine", "float"));

        string page = File.ReadAllText(_folder["page.html"]);
        Assert.Contains("The full-size model is the reference", page, StringComparison.Ordinal);
        Assert.DoesNotContain("one voice with one pitch", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_decoder_is_built_as_an_int8_library_that_proves_itself()
    {
        Run build = Q3Edge.Run(_folder, "build", "--board", "host", "--model", "tiny", "-o", "out");

        // Without ONNX Runtime one line says that the speech to calibrate on was encoded in C#.
        Assert.True(build.Status == 0, build.Error);
        Assert.All(build.ErrorLines, line => Assert.Contains("doctor --install onnxruntime", line, StringComparison.Ordinal));
        using var report = JsonDocument.Parse(File.ReadAllText(_folder["out/report.json"]));
        JsonElement[] layers = [.. report.RootElement.GetProperty("layers").EnumerateArray()];
        Assert.True(layers.Length > 50);
        Assert.All(layers, layer => Assert.Contains(layer.GetProperty("output_bits").GetInt32(), (int[])[8, 16]));
        Assert.All(layers, layer => Assert.True(layer.GetProperty("sqnr_db").GetDouble() > 10, layer.GetRawText()));
        Assert.All((string[])["report.html", "CMakeLists.txt", "Makefile", "q3e_tiny.spdx.json"], file => Assert.True(File.Exists(_folder[Path.Combine("out", file)]), file));
        Assert.Contains(report.RootElement.GetProperty("conformance_crc32").GetString()!, build.Output, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_folder["out/lib"]));
        Conforms(_folder["out"]);
    }

    [Fact]
    public void Its_tokens_are_decoded_by_the_int8_library_which_is_built_once_for_the_models_contents()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", "speech.wav", "-o", "speech.q3t", "--model", "tiny", "--engine", "float"));
        var cache = new Dictionary<string, string?> { ["Q3E_CACHE"] = _folder["cache"] };
        Run first = Q3Edge.Run(_folder, [], cache, "decode", "speech.q3t", "-o", "first.wav", "--model", "tiny", "--engine", "native", "--json");
        Assert.True(first.Status == 0, first.Error);
        using var json = JsonDocument.Parse(first.OutputBytes);
        Assert.Equal("native", json.RootElement.GetProperty("engine").GetString());

        // The same model under a name that is none in C: what was built is found, and no speech is encoded to calibrate on.
        string library = Assert.Single(Directory.GetFiles(Path.Combine(Assert.Single(Directory.GetDirectories(_folder["cache"])), "lib")));
        DateTime built = File.GetLastWriteTimeUtc(library);
        Directory.Move(_folder["tiny"], _folder["my model (2)"]);
        Expect.Success(Q3Edge.Run(_folder, [], cache, "decode", "speech.q3t", "-o", "second.wav", "--model", "my model (2)", "--engine", "native"));
        Assert.Single(Directory.GetDirectories(_folder["cache"]));
        Assert.Equal(built, File.GetLastWriteTimeUtc(library));
        Assert.Equal(File.ReadAllBytes(_folder["first.wav"]), File.ReadAllBytes(_folder["second.wav"]));

        AudioClip decoded = AudioFile.Read(_folder["first.wav"]);
        Assert.Equal((24000, GoldenSamples), (decoded.SampleRate, decoded.Length));
        float[] wave = Values<float>(Golden("cases/speech_en/wave.npy")), ours = decoded.Channel(0).ToArray();
        double signal = wave.Sum(x => (double)x * x), noise = wave.Zip(ours, (x, y) => (double)(x - y) * (x - y)).Sum();
        Assert.InRange(10 * Math.Log10(signal / noise), 12, 100);
    }

    [Theory]
    [InlineData("edge models decode", "decode", "speech.wav", "-o", "x.wav", "--engine", "ort", "--model", "edge-light")]
    [InlineData("has the decoder only; it encodes with 'ort' or 'float'", "encode", "speech.wav", "-o", "x.q3t", "--engine", "native", "--model", "tiny")]
    [InlineData("the native engine runs on the CPU", "decode", "speech.wav", "-o", "x.wav", "--engine", "native", "--device", "cuda", "--model", "tiny")]
    [InlineData("alerts are spoken by edge models", "build", "--board", "host", "-o", "x", "--model", "tiny", "--alerts", "alerts.json")]
    [InlineData("has no minimal map", "encode", "speech.wav", "-o", "x.q3t", "--minimal", "--model", "tiny", "--engine", "float")]
    [InlineData("'gpu' is not a device", "encode", "speech.wav", "-o", "x.q3t", "--device", "gpu", "--model", "tiny")]
    [InlineData("runs on the CPU", "encode", "speech.wav", "-o", "x.q3t", "--device", "cuda:0", "--engine", "float", "--model", "tiny")]
    [InlineData("--encoder-window 20", "encode", "speech.wav", "-o", "x.q3t", "--encoder-window", "20")]
    [InlineData("Board 'rpi2' runs no full-size models", "build", "--board", "rpi2", "-o", "x", "--model", "tiny")]
    [InlineData("takes an edge model", "tonemap", "learn", ".", "-o", "x.csv", "--model", "tiny")]
    public void What_cannot_be_is_refused_in_a_sentence_and_nothing_is_left(string about, params string[] arguments)
    {
        if (arguments[0] == "decode")
        {
            Expect.Success(Q3Edge.Run(_folder, "encode", "speech.wav", "-o", "speech.q3t", "--layers", "1"));
            arguments[1] = "speech.q3t";
        }

        Expect.Failure(Q3Edge.Run(_folder, arguments), "", about);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path, "x*"));
    }

    [Fact]
    public void A_folder_without_weights_is_refused_by_name()
    {
        File.Delete(_folder["tiny/model.safetensors"]);

        Expect.Failure(Q3Edge.Run(_folder, "encode", "speech.wav", "-o", "x.q3t", "--model", "tiny"), "tiny", "model.safetensors: is missing");
    }

    // The folder's own program. The weights are there twice: included by the assembler, and for compilers without one as C.
    private static void Conforms(string folder)
    {
        string[] sources = [.. Directory.GetFiles(Path.Combine(folder, "src"), "*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".S", StringComparison.Ordinal) || (f.EndsWith(".c", StringComparison.Ordinal) && !f.EndsWith("_weights.c", StringComparison.Ordinal)))];
        Assert.NotEmpty(sources);
        string[] own = Directory.GetFiles(Path.Combine(folder, "conformance"), "*.c");
        string program = Path.Combine(folder, "conforms");
        Assert.Equal(0, Execute("cc", ["-std=c99", "-O2", "-Iinclude", "-Isrc", "-Isrc/kernels", "-Iconformance", .. sources, .. own, "-o", program], folder).Status);
        Assert.Equal(0, Execute(program, [], folder).Status);
    }

    private static (int Status, string Output) Execute(string program, string[] arguments, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private static string Golden(string file) => Path.Combine(Repository.Root, "tests", "data", "qwen3-golden", "tiny", file);

    private static T[] Values<T>(string path)
        where T : unmanaged
    {
        byte[] bytes = File.ReadAllBytes(path);
        return MemoryMarshal.Cast<byte, T>(bytes.AsSpan(10 + BitConverter.ToUInt16(bytes, 8))).ToArray();
    }
}
