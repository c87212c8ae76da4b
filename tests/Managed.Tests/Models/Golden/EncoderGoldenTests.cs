using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Tests.Models.Nodes;
using Xunit.Abstractions;

namespace Qwen3Tokenizer.Edge.Tests.Models.Golden;

public sealed class EncoderGoldenTests(ITestOutputHelper log)
{
    public static TheoryData<int> Clips => EdgeGolden.Clips;

    [Theory]
    [MemberData(nameof(Clips))]
    public void Mel_is_within_a_thousandth_and_the_latent_within_five(int clip)
    {
        Dictionary<string, FloatTensor> values = EdgeGolden.Encode(clip);
        double mel = NodeRun.MaxError(EdgeGolden.Vector($"clip{clip}.mel").Floats, values["frontend.log"].Data);
        double latent = NodeRun.MaxError(EdgeGolden.Vector($"clip{clip}.latent").Floats, values["encoder.proj"].Data);
        log.WriteLine($"clip{clip}: mel {mel:e2}, latent {latent:e2}");
        Assert.InRange(mel, 0, 1e-3);
        Assert.InRange(latent, 0, 5e-3);
    }

    [Theory]
    [MemberData(nameof(Clips))]
    public void Tokens_of_the_wave_are_the_golden_ones(int clip)
    {
        TokenClip golden = EdgeGolden.Tokens(clip), tokens = EdgeCodec.Encode(EdgeGolden.Light, EdgeGolden.Samples(clip));
        float[] margins = EdgeGolden.Vector($"clip{clip}.margins").Floats;
        Assert.Equal((golden.Frames, 16), (tokens.Frames, tokens.Layers));
        int compared = 0;
        for (int frame = 0; frame < golden.Frames; frame++)
        {
            // A column that was nearly a tie may differ, and then the later columns of its frame.
            for (int layer = 0; layer < 16 && margins[(frame * 16) + layer] >= 1e-4; layer++)
            {
                Assert.Equal(golden[frame, layer], tokens[frame, layer]);
                compared++;
            }
        }

        int same = golden.Codes.ToArray().Zip(tokens.Codes.ToArray(), (a, b) => a == b).Count(equal => equal);
        log.WriteLine($"clip{clip}: {same} of {golden.Codes.Length} codes equal, {compared} had to be");
        Assert.InRange(compared, golden.Codes.Length * 9 / 10, golden.Codes.Length);
    }

    [Theory]
    [MemberData(nameof(Clips))]
    public void Tokens_of_the_golden_latent_are_exact(int clip)
    {
        var model = (QuantizeNode)EdgeGolden.Light.Encoder!["codes"];
        var latent = new FloatTensor(EdgeGolden.Tokens(clip).Frames, 64, EdgeGolden.Vector($"clip{clip}.latent").Floats);
        FloatTensor codes = NodeRun.Whole(new QuantizeNode("codes", new InputNode("latent", 1, 64), model.Codebooks, 16, model.Entries), ("latent", latent));
        Assert.Equal(EdgeGolden.Vector($"clip{clip}.tokens").Ints, codes.Data.Select(c => (int)c));
    }

    [Fact]
    public void Encoding_in_random_splits_gives_the_tokens_and_latents_of_the_whole()
    {
        Dictionary<string, FloatTensor> whole = EdgeGolden.Encode(1);
        float[] samples = EdgeGolden.Samples(1);
        int frames = whole["codes"].Rows;
        Array.Resize(ref samples, frames * 1280);
        for (int seed = 0; seed < 4; seed++)
        {
            var random = new Random(seed);
            var executor = new FloatExecutor(EdgeGolden.Light.Encoder!);
            List<float> codes = [], latents = [];
            for (int start = 0; start < frames;)
            {
                int count = seed == 0 ? 1 : Math.Min(random.Next(12), frames - start);
                var input = new FloatTensor(count * 4, 320, samples.AsSpan(start * 1280, count * 1280).ToArray());
                codes.AddRange(executor.Run(count, new Dictionary<string, FloatTensor> { ["samples"] = input }, (n, v) => latents.AddRange(n.Name == "encoder.proj" ? v.Data : []))[0].Data);
                start += count;
            }

            Assert.Equal(whole["codes"].Data, codes);
            Assert.Equal(whole["encoder.proj"].Data, latents);
        }
    }

    [Fact]
    public void Fewer_layers_are_the_first_layers()
    {
        float[] samples = EdgeGolden.Samples(3);
        TokenClip all = EdgeCodec.Encode(EdgeGolden.Light, samples), four = EdgeCodec.Encode(EdgeGolden.Light, samples, 4);
        Assert.Equal(all.Frames, four.Frames);
        for (int frame = 0; frame < all.Frames; frame++)
        {
            Assert.Equal(all.Frame(frame)[..4].ToArray(), four.Frame(frame).ToArray());
        }
    }
}
