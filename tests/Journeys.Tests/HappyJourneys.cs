using System.Text.Json;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Audio.Metrics;

namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>The ways that work, with the float engine.</summary>
public sealed class HappyJourneys : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Encoding_a_golden_clip_gives_the_golden_tokens_and_info_shows_them()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.Golden("clip0.wav"), "-o", "clip.q3t"));

        Run info = Q3Edge.Run(_folder, "info", "clip.q3t", "--json", "--codes");

        Expect.Success(info);
        using var json = JsonDocument.Parse(info.OutputBytes);
        double[] golden = Repository.Npy("clip0.tokens.npy"), margins = Repository.Npy("clip0.margins.npy");
        JsonElement codes = json.RootElement.GetProperty("codes");
        Assert.Equal(16, codes.GetArrayLength());
        int frames = golden.Length / 16;
        Assert.InRange(codes[0].GetArrayLength(), frames, frames + 1);
        for (int t = 0; t < frames; t++)
        {
            for (int l = 0; l < 16; l++)
            {
                // Where two codes are nearly as good, arithmetic of another order may take the other, and all layers after it differ.
                if (margins[(t * 16) + l] < 1e-4)
                    break;
                Assert.Equal((int)golden[(t * 16) + l], codes[l][t].GetInt32());
            }
        }
    }

    [Fact]
    public void Decode_takes_the_built_in_model_that_made_the_tokens()
    {
        foreach (string mode in (string[])["--layers=16", "--minimal"])
        {
            Expect.Success(Q3Edge.Run(_folder, "encode", Repository.Golden("clip0.wav"), "-o", "clip.q3t", "--model", "edge-light-2", mode));
            Run decode = Q3Edge.Run(_folder, "decode", "clip.q3t", "-o", "clip.wav", "--engine", "float");
            Expect.Success(decode);
            Assert.Contains("edge-light-2 (float), 16 layers", decode.Output, StringComparison.Ordinal);
            Assert.Contains("edge-light-2", Q3Edge.Run(_folder, "info", "clip.q3t").Output, StringComparison.Ordinal);
        }

        Expect.Failure(Q3Edge.Run(_folder, "decode", "clip.q3t", "-o", "other.wav", "--model", "edge-meter"), "token space", "edge-light-2's: --model edge-light-2.");
        Assert.False(File.Exists(_folder["other.wav"]));
    }

    [Fact]
    public void Decoding_gives_the_golden_wave_without_its_delay()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.Golden("clip0.wav"), "-o", "clip.q3t"));
        Expect.Success(Q3Edge.Run(_folder, "decode", "clip.q3t", "-o", "clip.wav", "--engine", "float", "--float"));

        AudioClip original = AudioFile.Read(Repository.Golden("clip0.wav")), decoded = AudioFile.Read(_folder["clip.wav"]);
        double[] golden = Repository.Npy("clip0.light.npy");
        Assert.Equal(original.SampleRate, decoded.SampleRate);
        Assert.Equal(original.Length, decoded.Length);
        const int delay = 832;
        double error = 0, power = 0;
        for (int i = 0; i < decoded.Length && i + delay < golden.Length; i++)
        {
            error += Math.Pow(decoded.Channel(0)[i] - golden[i + delay], 2);
            power += Math.Pow(golden[i + delay], 2);
        }

        Assert.True(10 * Math.Log10(power / error) > 50, $"{10 * Math.Log10(power / error):0.0} dB");
    }

    [Fact]
    public void A_clip_survives_the_way_there_and_back()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "voice.q3t"));
        Run decode = Q3Edge.Run(_folder, "decode", "voice.q3t", "-o", "voice.wav", "--engine", "float");

        Expect.Success(decode);
        AudioClip original = AudioFile.Read(Repository.QuickstartClip), decoded = AudioFile.Read(_folder["voice.wav"]);
        Assert.Equal(original.Length, decoded.Length);
        Assert.True(Stoi.Compute(original.Channel(0), decoded.Channel(0), 16000) > 0.75);
        Assert.Equal(["voice.q3t", "voice.wav"], _folder.Entries);
    }

    [Fact]
    public void Decode_takes_rate_layers_and_float()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "v.q3t"));
        Expect.Success(Q3Edge.Run(_folder, "decode", "v.q3t", "-o", "a.wav", "--engine", "float", "--rate", "48000", "--layers", "4", "--float"));

        byte[] wav = File.ReadAllBytes(_folder["a.wav"]);
        Assert.Equal(3, BitConverter.ToInt16(wav, 20));
        AudioClip decoded = AudioFile.Read(_folder["a.wav"]);
        Assert.Equal(48000, decoded.SampleRate);
        Assert.Equal(3 * AudioFile.Read(Repository.QuickstartClip).Length, decoded.Length);
    }

    [Fact]
    public void Standard_input_and_output_carry_the_same_bytes_as_files()
    {
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "v.q3t"));
        Expect.Success(Q3Edge.Run(_folder, "decode", "v.q3t", "-o", "v.wav", "--engine", "float"));
        byte[] tokens = File.ReadAllBytes(_folder["v.q3t"]);

        Assert.Equal(tokens, Q3Edge.Run(_folder, File.ReadAllBytes(Repository.QuickstartClip), null, "encode", "-", "-o", "-").OutputBytes);
        Run decode = Q3Edge.Run(_folder, tokens, null, "decode", "-", "-o", "-", "--engine", "float");
        Expect.Success(decode);
        Assert.Equal(File.ReadAllBytes(_folder["v.wav"]), decode.OutputBytes);
    }

    [Fact]
    public void Tokens_for_the_meter_come_from_the_light_encoder_and_decode_at_8_kHz()
    {
        Run encode = Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "m.q3t", "--model", "edge-meter");
        Run decode = Q3Edge.Run(_folder, "decode", "m.q3t", "-o", "m.wav", "--model", "edge-meter", "--engine", "float", "--json");

        Expect.Success(encode);
        Assert.Contains("made by edge-light", encode.Output, StringComparison.Ordinal);
        Expect.Success(decode);
        using var json = JsonDocument.Parse(decode.OutputBytes);
        Assert.Equal(8000, json.RootElement.GetProperty("sample_rate").GetInt32());
        Assert.Equal(4, json.RootElement.GetProperty("layers").GetInt32());
        Assert.Equal(AudioFile.Read(Repository.QuickstartClip).Length / 2, AudioFile.Read(_folder["m.wav"]).Length);
    }

    [Fact]
    public void A_batch_goes_on_after_a_bad_file_and_says_so()
    {
        File.WriteAllBytes(_folder["a.wav"], Sounds.Pcm16(Sounds.Buzz(1, 16000), 16000));
        File.WriteAllText(_folder["b.wav"], "no audio at all");
        File.WriteAllBytes(_folder["c.wav"], Sounds.Pcm16(Sounds.Buzz(1, 22050), 22050));

        Run run = Q3Edge.Run(_folder, "encode", "a.wav", "b.wav", "c.wav", "-o", "tokens", "--json");

        Expect.Failure(run, "b.wav", "");
        using var json = JsonDocument.Parse(run.OutputBytes);
        Assert.Equal(["a.wav", "c.wav"], json.RootElement.GetProperty("files").EnumerateArray().Select(f => f.GetProperty("input").GetString()!));
        Assert.Equal("b.wav", Assert.Single(json.RootElement.GetProperty("failed").EnumerateArray()).GetProperty("input").GetString());
        Assert.Equal(["a.wav", "b.wav", "c.wav", "tokens", Path.Combine("tokens", "a.q3t"), Path.Combine("tokens", "c.q3t")], _folder.Entries);
    }

    [Fact]
    public void Two_inputs_of_one_name_do_not_overwrite_each_other()
    {
        Directory.CreateDirectory(_folder["x"]);
        Directory.CreateDirectory(_folder["y"]);
        File.WriteAllBytes(_folder["x/a.wav"], Sounds.Pcm16(Sounds.Buzz(0.5, 16000), 16000));
        File.WriteAllBytes(_folder["y/a.wav"], Sounds.Pcm16(Sounds.Buzz(1.5, 16000), 16000));

        Run run = Q3Edge.Run(_folder, "encode", "x/a.wav", "y/a.wav", "-o", "tokens");

        Expect.Failure(run, "y/a.wav", "overwrite");
        Assert.Equal(8000, TokenFile.Read(_folder["tokens/a.q3t"]).Samples);
    }

    [Theory]
    [InlineData("edge-light", "yes", "16000")]
    [InlineData("edge-meter", "no", "8000")]
    public void Info_tells_a_model(string name, string encodes, string rate)
    {
        Run run = Q3Edge.Run(_folder, "info", name);

        Expect.Success(run);
        Assert.Matches($"encodes +{encodes}", run.Output);
        Assert.Matches($"sample rate +{rate}", run.Output);
    }

    [Fact]
    public void Info_tells_an_audio_file()
    {
        File.WriteAllBytes(_folder["a.wav"], Sounds.Pcm16(Sounds.Buzz(0.5, 44100), 44100, channels: 2));

        Run run = Q3Edge.Run(_folder, "info", "a.wav", "--json");

        Expect.Success(run);
        using var json = JsonDocument.Parse(run.OutputBytes);
        Assert.Equal(2, json.RootElement.GetProperty("channels").GetInt32());
        Assert.Equal(0.5, json.RootElement.GetProperty("seconds").GetDouble(), 3);
    }

    [Theory]
    [InlineData("quickstart")]
    [InlineData("encode")]
    [InlineData("decode")]
    [InlineData("compare")]
    [InlineData("info")]
    [InlineData("build")]
    [InlineData("doctor")]
    public void Every_verb_explains_itself_with_examples(string verb)
    {
        Run run = Q3Edge.Run(_folder, verb, "--help");

        Expect.Success(run);
        Assert.Contains("Usage:", run.Output, StringComparison.Ordinal);
        Assert.Contains($"  q3edge {verb}", run.Output.Split("Examples:")[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_is_one_line()
    {
        Run run = Q3Edge.Run(_folder, "--version");

        Expect.Success(run);
        Assert.Matches(@"^q3edge \d+\.\d+\.\d+\n$", run.Output);
    }

    [Fact]
    public void Doctor_finds_the_essential_parts()
    {
        Run run = Q3Edge.Run(_folder, "doctor", "--json");

        Expect.Success(run);
        using var json = JsonDocument.Parse(run.OutputBytes);
        Assert.True(json.RootElement.GetProperty("ok").GetBoolean());
        Assert.Contains(json.RootElement.GetProperty("checks").EnumerateArray(), c => c.GetProperty("name").GetString() == "model edge-light" && c.GetProperty("found").GetBoolean());
    }
}
