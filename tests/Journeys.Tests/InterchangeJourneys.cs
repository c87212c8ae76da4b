using System.Text.Json;

namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>Codes in the files of other programs.</summary>
public sealed class InterchangeJourneys : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("codes.npy", 16)]
    [InlineData("codes.csv", 16)]
    [InlineData("codes.rvq", 16)]
    [InlineData("codes.npy", 5)]
    [InlineData("codes.CSV", 5)]
    [InlineData("codes.rvq", 5)]
    public void Codes_come_back_identical_and_decode_to_the_same_wave_as_the_token_file(string file, int layers)
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "v.q3t", "--layers", $"{layers}"));
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", file, "--layers", $"{layers}"));
        TokenClip clip = TokenFile.Read(_folder["v.q3t"]);
        string[] fileLayers = file.EndsWith(".rvq", StringComparison.Ordinal) && layers < 16 ? ["--file-layers", $"{layers}"] : [];

        Run info = Q3Edge.Run(_folder, ["info", file, "--json", "--codes", .. fileLayers]);
        Expect.Success(Q3Edge.Run(_folder, "decode", "v.q3t", "-o", "v.wav", "--engine", "float"));
        Expect.Success(Q3Edge.Run(_folder, ["decode", file, "-o", "same.wav", "--engine", "float", "--samples", $"{clip.Samples}", .. fileLayers]));

        Expect.Success(info);
        using var json = JsonDocument.Parse(info.OutputBytes);
        int[][] codes = json.RootElement.GetProperty("codes").Deserialize<int[][]>()!;
        Assert.Equal((layers, clip.Frames), (codes.Length, codes[0].Length));
        Assert.All(Enumerable.Range(0, clip.Frames), t => Assert.All(Enumerable.Range(0, layers), l => Assert.Equal(clip[t, l], codes[l][t])));
        Assert.Equal(File.ReadAllBytes(_folder["v.wav"]), File.ReadAllBytes(_folder["same.wav"]));
    }

    [Fact]
    public void Without_a_length_all_that_the_codes_give_is_written()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "v.npy"));
        Expect.Success(Q3Edge.Run(_folder, "decode", "v.npy", "-o", "v.wav", "--engine", "float"));

        // 67 frames less the decoder's delay of 832 samples, 16-bit, and 44 bytes of header.
        Assert.Equal(44 + (2 * ((67 * 1280) - 832)), new FileInfo(_folder["v.wav"]).Length);
    }

    [Fact]
    public void The_meter_decodes_the_first_layers_of_a_file_of_the_light_model()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "v.q3t"));
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "v.rvq"));
        Expect.Success(Q3Edge.Run(_folder, "decode", "v.q3t", "-o", "a.wav", "--model", "edge-meter", "--engine", "float"));
        Expect.Success(Q3Edge.Run(_folder, "decode", "v.rvq", "-o", "b.wav", "--model", "edge-meter", "--engine", "float", "--samples", $"{TokenFile.Read(_folder["v.q3t"]).Samples}"));

        Assert.Equal(File.ReadAllBytes(_folder["a.wav"]), File.ReadAllBytes(_folder["b.wav"]));
    }

    [Fact]
    public void A_numpy_file_has_the_shape_that_it_says()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "v.npy", "--layers", "3"));

        byte[] bytes = File.ReadAllBytes(_folder["v.npy"]);
        Assert.Equal(128 + (8 * 3 * 67), bytes.Length);
        Assert.Contains("'shape': (3, 67)", System.Text.Encoding.ASCII.GetString(bytes, 0, 128), StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_layers_lengths_and_codes_are_told()
    {
        File.WriteAllText(_folder["wide.csv"], string.Join(',', Enumerable.Range(0, 20).Select(l => $"layer{l}")) + "\n" + string.Join(',', Enumerable.Repeat("1", 20)) + "\n");
        File.WriteAllText(_folder["large.csv"], "layer0\n1\n2048\n");
        File.WriteAllText(_folder["good.csv"], "layer0,layer1\n1,2\n3,4\n");
        File.WriteAllBytes(_folder["short.rvq"], new byte[21]);
        File.WriteAllText(_folder["no.npy"], "not a NumPy file");

        Failure("wide.csv", "layers: 20", "info", "wide.csv");
        Failure("large.csv", "frame 1, layer 0: 2048", "decode", "large.csv", "-o", "out.wav");
        Failure("good.csv", "needs 4", "decode", "good.csv", "-o", "out.wav", "--model", "edge-meter");
        Failure("good.csv", "2 layers", "decode", "good.csv", "-o", "out.wav", "--file-layers", "4");
        Failure("--samples 2561", "2560", "decode", "good.csv", "-o", "out.wav", "--samples", "2561");
        Failure("--file-layers 17", "16", "info", "short.rvq", "--file-layers", "17");
        Failure("short.rvq", "16 layers of 11 bits", "decode", "short.rvq", "-o", "out.wav");
        Failure("no.npy", "magic", "info", "no.npy");
        Failure("none.npy", "no such file", "decode", "none.npy", "-o", "out.wav");
        Assert.Equal(["good.csv", "large.csv", "no.npy", "short.rvq", "wide.csv"], _folder.Entries);
    }

    [Fact]
    public void Options_for_bare_codes_are_refused_with_a_token_file()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "v.q3t", "--layers", "1"));
        Failure("--samples", "v.q3t", "decode", "v.q3t", "-o", "out.wav", "--samples", "100");
        Failure("--file-layers", "v.q3t", "decode", "v.q3t", "-o", "out.wav", "--file-layers", "1");
        Failure("--file-layers", "v.q3t", "info", "v.q3t", "--file-layers", "1");
    }

    private void Failure(string name, string about, params string[] arguments) => Expect.Failure(Q3Edge.Run(_folder, arguments), name, about);
}
