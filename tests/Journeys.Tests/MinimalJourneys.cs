using System.Text.Json;

namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>Minimal mode on the command line.</summary>
public sealed class MinimalJourneys : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_minimal_file_is_smaller_and_decodes_by_itself_on_both_models()
    {
        Run encode = Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "m.q3t", "--minimal");
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "f.q3t"));
        Run light = Q3Edge.Run(_folder, "decode", "m.q3t", "-o", "light.wav", "--engine", "float");
        Run meter = Q3Edge.Run(_folder, "decode", "m.q3t", "-o", "meter.wav", "--model", "edge-meter", "--engine", "float", "--json");

        Expect.Success(encode);
        Assert.Contains("minimal", encode.Output, StringComparison.Ordinal);
        Expect.Success(light);
        Assert.Contains("minimal", light.Output, StringComparison.Ordinal);
        Expect.Success(meter);
        using var json = JsonDocument.Parse(meter.OutputBytes);
        Assert.True(json.RootElement.GetProperty("minimal").GetBoolean());
        TokenClip minimal = TokenFile.Read(_folder["m.q3t"]), full = TokenFile.Read(_folder["f.q3t"]);
        Assert.Equal((9, 11), (minimal.BitsPerCode, full.BitsPerCode));
        Assert.Equal((full.Frames, full.Layers, full.Samples), (minimal.Frames, minimal.Layers, minimal.Samples));
        Assert.NotEqual(full.Space, minimal.Space);
        Assert.Equal(67 * 16 * 2 / 8, new FileInfo(_folder["f.q3t"]).Length - new FileInfo(_folder["m.q3t"]).Length);
    }

    [Fact]
    public void Decoding_it_is_decoding_the_full_codes_that_an_interchange_file_holds()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "m.q3t", "--minimal", "--layers", "8"));
        Run csv = Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "m.csv", "--minimal", "--layers", "8");
        Expect.Success(Q3Edge.Run(_folder, "decode", "m.q3t", "-o", "q3t.wav", "--engine", "float"));
        Expect.Success(Q3Edge.Run(_folder, "decode", "m.csv", "-o", "csv.wav", "--engine", "float", "--samples", $"{TokenFile.Read(_folder["m.q3t"]).Samples}"));

        Expect.Success(csv);
        Assert.Contains("1.1 kbit/s", csv.Output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder["q3t.wav"]), File.ReadAllBytes(_folder["csv.wav"]));
    }

    [Fact]
    public void Info_says_that_tokens_are_minimal_and_of_which_model()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "m.q3t", "--minimal", "--layers", "4"));

        using var tokens = JsonDocument.Parse(Q3Edge.Run(_folder, "info", "m.q3t", "--json").OutputBytes);
        using var model = JsonDocument.Parse(Q3Edge.Run(_folder, "info", "edge-meter", "--json").OutputBytes);
        Assert.True(tokens.RootElement.GetProperty("minimal").GetBoolean());
        Assert.Equal("edge-light", tokens.RootElement.GetProperty("model").GetString());
        Assert.Equal(450, tokens.RootElement.GetProperty("bits_per_second").GetDouble());
        Assert.Equal(tokens.RootElement.GetProperty("token_space").GetString(), model.RootElement.GetProperty("minimal_token_space").GetString());
    }

    [Fact]
    public void A_comparison_shows_the_mode()
    {
        Expect.Success(Q3Edge.Run(_folder, "compare", Repository.QuickstartClip, "-o", "page.html", "--minimal", "--engine", "float"));

        string page = File.ReadAllText(_folder["page.html"]);
        Assert.Contains("minimal mode</b> (512 of 2048 entries", page, StringComparison.Ordinal);
        Assert.Contains("one cell a code of 9 bits", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_native_engine_refuses_in_one_sentence()
    {
        Expect.Failure(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "m.q3t", "--minimal", "--engine", "native"), "--minimal", "float");
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public void A_model_that_does_not_know_the_map_refuses_minimal_tokens()
    {
        var other = new MinimalMap(TokenSpace.Parse("39ee2b1bf4155eeda2f12fab815793b3a374ac5aa2b18fc08ce8300d3533694c"), 11, 16, [.. Enumerable.Range(0, 16 * 512).Select(i => (ushort)(i % 512))]);
        TokenFile.Write(_folder["other.q3t"], new TokenClip(other.Space, 16, 9, new FrameRate(16000, 1280), new ushort[16 * 10], 12800, 832));

        Expect.Failure(Q3Edge.Run(_folder, "decode", "other.q3t", "-o", "out.wav"), "other.q3t", "token space");
        Assert.Equal(["other.q3t"], _folder.Entries);
    }

    [Fact]
    public void A_minimal_code_beyond_the_map_is_refused()
    {
        using var info = JsonDocument.Parse(Q3Edge.Run(_folder, "info", "edge-light", "--json").OutputBytes);
        var space = TokenSpace.Parse(info.RootElement.GetProperty("minimal_token_space").GetString()!);
        var codes = new ushort[16 * 10];
        codes[40] = 512;
        TokenFile.Write(_folder["bad.q3t"], new TokenClip(space, 16, 10, new FrameRate(16000, 1280), codes, 12800, 832));

        Expect.Failure(Q3Edge.Run(_folder, "decode", "bad.q3t", "-o", "out.wav"), "bad.q3t", "512 in layer 8");
        Assert.Equal(["bad.q3t"], _folder.Entries);
    }
}
