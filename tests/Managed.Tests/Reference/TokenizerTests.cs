using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Reference;
using Qwen3Tokenizer.Edge.Tests.Models.Nodes;
using Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;

namespace Qwen3Tokenizer.Edge.Tests.Reference;

/// <summary>The interface that people know from Python, with the graph's own executor.</summary>
public class TokenizerTests
{
    [Fact]
    public void A_clip_goes_to_tokens_to_a_file_and_back()
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();
        float[] samples = Qwen3Golden.Array("tiny", "odd_length", "input.npy").Floats;
        using var folder = new AlteredModel();
        string file = Path.Combine(folder.Folder, "clip.q3t");

        EncodedAudio encoded = tokenizer.Encode(samples, 24000);
        TokenFile.Write(file, encoded.AudioCodes[0]);
        DecodedAudio decoded = tokenizer.DecodeFile(file);

        Assert.Equal(Qwen3Golden.Codes("tiny", "odd_length"), encoded.AudioCodes[0].Codes);
        Assert.Equal(24000, decoded.SampleRate);
        Assert.Equal(samples.Length, decoded.Waves[0].Length);
        NodeRun.Close(Qwen3Golden.Array("tiny", "odd_length", "wave.npy").Floats.AsSpan(0, samples.Length), decoded.Waves[0], 3e-5);
    }

    [Fact]
    public void Every_way_to_give_the_same_samples_gives_the_same_codes()
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();
        using var folder = new AlteredModel();
        string wav = Path.Combine(folder.Folder, "clip.wav");
        float[] samples = Qwen3Golden.Array("tiny", "short_700", "input.npy").Floats;
        using (FileStream stream = File.Create(wav))
        {
            WavWriter.WriteFloat32(stream, samples, 24000);
        }

        ushort[] expected = Qwen3Golden.Codes("tiny", "short_700");
        using (FileStream stream = File.OpenRead(wav))
        {
            Assert.Equal(expected, tokenizer.Encode(stream).AudioCodes[0].Codes);
        }

        Assert.Equal(expected, tokenizer.Encode(wav).AudioCodes[0].Codes);
        Assert.Equal(expected, tokenizer.EncodeFiles([wav, wav]).AudioCodes[1].Codes);
        Assert.Equal(expected, tokenizer.EncodeBase64(Convert.ToBase64String(File.ReadAllBytes(wav))).AudioCodes[0].Codes);
    }

    [Fact]
    public async Task An_address_is_fetched_by_the_method_that_says_so_with_the_callers_client()
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();
        using var stream = new MemoryStream();
        WavWriter.WriteFloat32(stream, Qwen3Golden.Array("tiny", "short_700", "input.npy").Floats, 24000);
        using var client = new HttpClient(new OneFile(stream.ToArray()));

        EncodedAudio encoded = await tokenizer.EncodeUrlAsync(new Uri("http://localhost/clip.wav"), client);

        Assert.Equal(Qwen3Golden.Codes("tiny", "short_700"), encoded.AudioCodes[0].Codes);
        await Assert.ThrowsAsync<ArgumentException>(() => tokenizer.EncodeUrlAsync(new Uri("file:///clip.wav"), client));
    }

    [Fact]
    public void Tokens_that_a_student_wrote_at_another_rate_keep_their_length()
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();
        TokenClip own = tokenizer.Encode(Qwen3Golden.Array("tiny", "noise", "input.npy").Floats, 24000).AudioCodes[0];
        int samples = (int)own.Samples * 2 / 3;
        var student = new TokenClip(own.Space, own.Layers, own.BitsPerCode, new FrameRate(16000, own.Rate.SamplesPerFrame * 2 / 3), own.Codes, samples, 832);

        float[] wave = tokenizer.Decode(student).Waves[0];

        Assert.Equal((samples * 3 + 1) / 2, wave.Length);
        Assert.Equal(tokenizer.Decode(own).Waves[0].AsSpan(0, wave.Length).ToArray(), wave);
    }

    [Fact]
    public void Fewer_layers_are_a_prefix_and_decode()
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();
        float[] samples = Qwen3Golden.Array("tiny", "noise", "input.npy").Floats;

        TokenClip all = tokenizer.Encode(samples, 24000).AudioCodes[0];
        TokenClip four = tokenizer.Encode(samples, 24000, new EncodeOptions { NumQuantizers = 4 }).AudioCodes[0];

        Assert.Equal(all.KeepLayers(4).Codes, four.Codes);
        Assert.Equal(tokenizer.Decode(all, new DecodeOptions { NumQuantizers = 4 }).Waves[0], tokenizer.Decode(four).Waves[0]);
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(16000)]
    [InlineData(44100)]
    [InlineData(48000)]
    public void Speech_comes_at_any_rate(int rate)
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();

        DecodedAudio decoded = tokenizer.Decode(Qwen3Golden.Codes("tiny", "decode_random"), 16, new DecodeOptions { TargetSampleRate = rate });

        Assert.Equal(rate, decoded.SampleRate);
        Assert.Equal(40 * 0.08 * rate, decoded.Waves[0].Length, 1.0);
    }

    [Fact]
    public void Audio_of_another_rate_is_resampled_and_channels_are_mixed()
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();
        var stereo = new AudioClip([new float[4800], new float[4800]], 48000);

        Assert.Equal((2, 2400L), (tokenizer.Encode([stereo]).AudioCodes[0].Frames, tokenizer.Encode([stereo]).AudioCodes[0].Samples));
    }

    [Fact]
    public void A_clip_over_five_minutes_needs_a_window_and_says_so()
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();
        var samples = new float[(300 * 24000) + 1];

        ArgumentException refusal = Assert.Throws<ArgumentException>(() => tokenizer.Encode(samples, 24000));

        Assert.Contains("5 minutes", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--encoder-window", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_window_switch_gives_the_windowed_codes()
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();
        float[] samples = Qwen3Golden.Array("tiny", "sweep_exact", "input.npy").Floats;

        Assert.Equal(
            Qwen3Golden.Codes("tiny", "sweep_exact", "codes_windowed.npy"),
            tokenizer.Encode(samples, 24000, new EncodeOptions { EncoderWindow = 20 }).AudioCodes[0].Codes);
    }

    [Fact]
    public void Work_can_be_ended_and_tells_how_far_it_is()
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();
        using var ended = new CancellationTokenSource();
        ended.Cancel();
        var told = new List<double>();

        Assert.Throws<OperationCanceledException>(() => tokenizer.Encode(new float[100], 24000, cancellation: ended.Token));
        Assert.Throws<OperationCanceledException>(() => tokenizer.Decode(new ushort[16], 16, cancellation: ended.Token));
        tokenizer.Decode(new ushort[16 * 250], 16, new DecodeOptions { Progress = new Told(told) });

        Assert.Equal([0.4, 0.8, 1], told);
    }

    [Fact]
    public void Tokens_of_another_space_and_codes_outside_the_codebook_are_refused()
    {
        using Qwen3TtsTokenizer tokenizer = Tiny();
        var foreign = new TokenClip(new TokenSpace(new byte[32]), 16, 8, tokenizer.Rate, new ushort[16], 1920, 0);
        var outside = new TokenClip(tokenizer.Space, 16, 11, tokenizer.Rate, [.. Enumerable.Repeat((ushort)256, 16)], 1920, 0);

        Assert.Contains("token space", Assert.Throws<TokenFormatException>(() => tokenizer.Decode(foreign)).Message, StringComparison.Ordinal);
        Assert.Contains("256 is not below the codebook size 256", Assert.Throws<TokenFormatException>(() => tokenizer.Decode(outside)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Encode(new float[1], 24000, new EncodeOptions { NumQuantizers = 17 }));
        Assert.Throws<ArgumentException>(() => tokenizer.Encode([], 24000));
    }

    [Fact]
    public void An_edge_model_stands_behind_the_same_interface()
    {
        using Qwen3TtsTokenizer tokenizer = Qwen3TtsTokenizer.FromPretrained("edge-light");
        AudioClip speech = AudioFile.Read(TestData.Path("edge-golden/clip0.wav"));
        EdgeModel model = EdgeModel.Load("edge-light");

        EncodedAudio encoded = tokenizer.Encode([speech], new EncodeOptions { NumQuantizers = 8 });
        DecodedAudio decoded = tokenizer.Decode(encoded);

        Assert.Equal((16000, 1280, 16, "float", "cpu"), (tokenizer.SampleRate, tokenizer.SamplesPerFrame, tokenizer.NumQuantizers, tokenizer.Engine, tokenizer.Device));
        Assert.Equal(EdgeCodec.Encode(model, speech.ToMono(), 8).Codes, encoded.AudioCodes[0].Codes);
        Assert.Equal(speech.Length, decoded.Waves[0].Length);
        Assert.Throws<NotSupportedException>(() => tokenizer.OpenDecoder());
    }

    private static Qwen3TtsTokenizer Tiny() => Qwen3TtsTokenizer.FromPretrained(Qwen3Golden.Folder("tiny"), "cpu", new TokenizerOptions { Engine = Engines.Float });

    private sealed class Told(List<double> values) : IProgress<double>
    {
        public void Report(double value) => values.Add(value);
    }

    private sealed class OneFile(byte[] content) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { Content = new ByteArrayContent(content) });
    }
}
