using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Tests.Models.Nodes;
using Xunit.Abstractions;

namespace Qwen3Tokenizer.Edge.Tests.Models.Golden;

public sealed class DecoderGoldenTests(ITestOutputHelper log)
{
    public static TheoryData<string, string, int, int> Waves
    {
        get
        {
            // Golden wave, decoder, clip, layers.
            var data = new TheoryData<string, string, int, int> { { "clip0.light-q4", "light", 0, 4 } };
            for (int clip = 0; clip < 4; clip++)
            {
                data.Add($"clip{clip}.light", "light", clip, 16);
                data.Add($"clip{clip}.meter", "meter", clip, 16);
            }

            return data;
        }
    }

    [Theory]
    [InlineData("light")]
    [InlineData("meter")]
    public void Head_of_the_golden_tokens_is_the_golden_head(string decoder)
    {
        float[] golden = EdgeGolden.Vector($"clip0-activations/{decoder}.head").Floats;
        FloatTensor head = EdgeGolden.Decode(EdgeGolden.Model(decoder), EdgeGolden.Tokens(0))["decoder.head"];
        Assert.Equal(golden.Length, head.Data.Length);
        double largest = 0;
        for (int i = 0; i < golden.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(golden[i] - head.Data[i]) / Math.Max(1, Math.Abs(golden[i])));
        }

        log.WriteLine($"{decoder}: head {largest:e2}");
        Assert.InRange(largest, 0, 1e-3);
        for (int row = 0; row < head.Rows; row++)
        {
            float logit = golden[(row * head.Channels) + head.Channels - 1];
            if (Math.Abs(logit) > 1e-3)
            {
                Assert.Equal(logit > 0, head.Row(row)[^1] > 0);
            }
        }
    }

    [Theory]
    [InlineData("light")]
    [InlineData("meter")]
    public void Synthesis_of_the_golden_head_is_the_golden_wave(string decoder)
    {
        EdgeModel model = EdgeGolden.Model(decoder);
        Npy head = EdgeGolden.Vector($"clip0-activations/{decoder}.head");
        var value = new FloatTensor(head.Shape[0], head.Shape[1], head.Floats);
        float[] samples = EdgeGolden.Run(EdgeGolden.Synthesis(model), head.Shape[0] / 4, "head", value)["samples"].Data;
        double error = NodeRun.MaxError(EdgeGolden.Vector($"clip0.{decoder}").Floats, samples);
        log.WriteLine($"{decoder}: synthesis {error:e2}");
        Assert.InRange(error, 0, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Waves))]
    public void End_to_end_wave_is_within_a_twentieth_of_a_decibel(string golden, string decoder, int clip, int layers)
    {
        EdgeModel model = EdgeGolden.Model(decoder);
        float[] expected = EdgeGolden.Vector(golden).Floats;
        float[] actual = EdgeCodec.Decode(model, EdgeCodec.Encode(EdgeGolden.Light, EdgeGolden.Samples(clip), layers));
        Assert.Equal(expected.Length, actual.Length);
        double distance = LogSpectralDistance.Compute(expected, actual, model.Config.SampleRate);
        log.WriteLine($"{golden}: {distance:e2} dB, largest difference {NodeRun.MaxError(expected, actual):e2}");
        Assert.InRange(distance, 0, 0.05);
    }

    [Theory]
    [InlineData("light", 16)]
    [InlineData("light", 1)]
    [InlineData("meter", 4)]
    public void Decoding_the_first_frames_gives_the_first_samples(string decoder, int layers)
    {
        EdgeModel model = EdgeGolden.Model(decoder);
        float[] whole = EdgeCodec.Decode(model, EdgeGolden.Tokens(1, layers));
        foreach (int frames in (int[])[1, 2, 7, 25, 26, 38])
        {
            float[] part = EdgeCodec.Decode(model, EdgeGolden.Tokens(1, layers, frames));
            Assert.Equal(whole[..(frames * model.Config.SamplesPerToken)], part);
        }
    }

    [Theory]
    [InlineData("light")]
    [InlineData("meter")]
    public void Decoding_in_random_splits_gives_the_samples_of_the_whole(string decoder)
    {
        EdgeModel model = EdgeGolden.Model(decoder);
        TokenClip tokens = EdgeGolden.Tokens(2);
        float[] whole = EdgeGolden.Decode(model, tokens)["samples"].Data;
        for (int seed = 0; seed < 4; seed++)
        {
            var random = new Random(seed);
            var executor = new FloatExecutor(model.Decoder);
            var samples = new List<float>();
            for (int start = 0; start < tokens.Frames;)
            {
                int count = seed == 0 ? 1 : Math.Min(random.Next(10), tokens.Frames - start);
                samples.AddRange(executor.Run(count, new Dictionary<string, FloatTensor> { ["codes"] = EdgeCodec.CodesOf(model, tokens, start, count) })[0].Data);
                start += count;
            }

            Assert.Equal(whole, samples);
        }
    }

    [Fact]
    public void Trimming_aligns_the_wave_with_the_original()
    {
        float[] samples = EdgeGolden.Samples(2);
        TokenClip tokens = EdgeCodec.Encode(EdgeGolden.Light, samples);
        float[] wide = EdgeCodec.Decode(EdgeGolden.Light, tokens), narrow = EdgeCodec.Decode(EdgeGolden.Meter, tokens);
        ArraySegment<float> light = EdgeCodec.Trim(EdgeGolden.Light, tokens, wide), meter = EdgeCodec.Trim(EdgeGolden.Meter, tokens, narrow);
        Assert.Equal((832, samples.Length), (light.Offset, light.Count));
        Assert.Equal((416, (samples.Length + 1) / 2), (meter.Offset, meter.Count));
    }

    [Fact]
    public void Tokens_that_the_model_cannot_decode_are_refused()
    {
        TokenClip three = EdgeGolden.Tokens(0, 3);
        Assert.Contains("needs 4", Assert.Throws<TokenFormatException>(() => EdgeCodec.Decode(EdgeGolden.Meter, three)).Message, StringComparison.Ordinal);
        var foreign = new TokenClip(default, 16, 11, three.Rate, new ushort[16], 0, 0);
        Assert.Contains("token space", Assert.Throws<TokenFormatException>(() => EdgeCodec.Decode(EdgeGolden.Light, foreign)).Message, StringComparison.Ordinal);
        var wide = new TokenClip(three.Space, 1, 12, three.Rate, [2048], 0, 0);
        Assert.Contains("2048", Assert.Throws<TokenFormatException>(() => EdgeCodec.Decode(EdgeGolden.Light, wide)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => EdgeCodec.Encode(EdgeGolden.Meter, [0f]));
    }
}
