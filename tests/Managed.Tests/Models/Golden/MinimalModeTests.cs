using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Tests.Models.Golden;

public sealed class MinimalModeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("q3e-minimal-").FullName;

    private static MinimalMap Map => EdgeGolden.Light.MinimalMap!;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_shipped_map_has_512_distinct_entries_of_every_codebook()
    {
        Assert.Equal((16, 512, 9, 11), (Map.Layers, Map.Entries, Map.BitsPerCode, Map.BaseBitsPerCode));
        Assert.Equal(EdgeGolden.Light.Config.Space, Map.BaseSpace);
        for (int layer = 0; layer < 16; layer++)
        {
            ushort[] entries = Map.Layer(layer).ToArray();
            Assert.Equal(512, entries.Distinct().Count());
            Assert.All(entries, entry => Assert.InRange(entry, 0, 2047));
        }
    }

    [Fact]
    public void Both_built_in_models_know_the_same_map()
    {
        Assert.Equal(Map.Space, EdgeGolden.Meter.MinimalMap!.Space);
        Assert.Null(EdgeGolden.Meter.MinimalEncoder);
    }

    [Theory]
    [MemberData(nameof(EdgeGolden.Clips), MemberType = typeof(EdgeGolden))]
    public void The_restricted_search_is_that_of_brute_force_among_the_allowed_entries(int clip)
    {
        float[] codebooks = ((QuantizeNode)EdgeGolden.Light.Encoder!["codes"]).Codebooks.ToArray();
        float[] latents = EdgeGolden.Vector($"clip{clip}.latent").Floats;
        var latent = new FloatTensor(latents.Length / 64, 64, latents);
        var search = (QuantizeNode)EdgeGolden.Light.MinimalEncoder!["codes"];
        var found = new FloatTensor(latent.Rows, 16);
        search.Forward([latent], found, null, ManagedMatMul.Instance);
        for (int frame = 0; frame < latent.Rows; frame++)
        {
            float[] rest = [.. latent.Row(frame)];
            for (int layer = 0; layer < 16; layer++)
            {
                ushort[] allowed = Map.Layer(layer).ToArray();
                double[] distances = [.. allowed.Select(entry => Distance(rest, codebooks, layer, entry))];
                int nearest = Array.IndexOf(distances, distances.Min());
                Assert.Equal(nearest, found.Row(frame)[layer]);
                int row = ((layer * 2048) + allowed[nearest]) * 64;
                rest = [.. rest.Select((r, d) => r - codebooks[row + d])];
            }
        }
    }

    [Fact]
    public void A_minimal_clip_has_nine_bits_a_code_and_a_token_space_of_its_own()
    {
        TokenClip clip = EdgeCodec.EncodeMinimal(EdgeGolden.Light, EdgeGolden.Samples(0)), full = EdgeCodec.Encode(EdgeGolden.Light, EdgeGolden.Samples(0));
        Assert.Equal((Map.Space, 9, 16), (clip.Space, clip.BitsPerCode, clip.Layers));
        Assert.Equal((full.Frames, full.Samples, full.Delay, full.Rate), (clip.Frames, clip.Samples, clip.Delay, clip.Rate));
        Assert.Equal(clip.KeepLayers(3).Codes.ToArray(), EdgeCodec.EncodeMinimal(EdgeGolden.Light, EdgeGolden.Samples(0), 3).Codes.ToArray());
    }

    [Theory]
    [InlineData("light", 16)]
    [InlineData("light", 1)]
    [InlineData("meter", 16)]
    [InlineData("meter", 4)]
    public void Decoding_minimal_tokens_is_decoding_the_full_tokens_that_they_stand_for(string decoder, int layers)
    {
        EdgeModel model = EdgeGolden.Model(decoder);
        TokenClip minimal = EdgeCodec.EncodeMinimal(EdgeGolden.Light, EdgeGolden.Samples(3), layers);
        var codes = new ushort[minimal.Codes.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = Map.Layer(i % layers)[minimal.Codes[i]];
        }

        var full = new TokenClip(model.Config.Space, layers, 11, minimal.Rate, codes, minimal.Samples, minimal.Delay);
        Assert.Equal(EdgeCodec.Decode(model, full), EdgeCodec.Decode(model, minimal));
    }

    [Fact]
    public void Encoding_in_random_splits_gives_the_minimal_tokens_of_the_whole()
    {
        float[] samples = EdgeGolden.Samples(1);
        TokenClip whole = EdgeCodec.EncodeMinimal(EdgeGolden.Light, samples);
        Array.Resize(ref samples, whole.Frames * 1280);
        for (int seed = 0; seed < 3; seed++)
        {
            var random = new Random(seed);
            var executor = new FloatExecutor(EdgeGolden.Light.MinimalEncoder!);
            List<float> codes = [];
            for (int start = 0; start < whole.Frames;)
            {
                int count = seed == 0 ? 1 : Math.Min(random.Next(12), whole.Frames - start);
                var input = new FloatTensor(count * 4, 320, samples.AsSpan(start * 1280, count * 1280).ToArray());
                codes.AddRange(executor.Run(count, new Dictionary<string, FloatTensor> { ["samples"] = input })[0].Data);
                start += count;
            }

            Assert.Equal(whole.Codes.ToArray().Select(c => (float)c), codes);
        }
    }

    [Theory]
    [InlineData("light")]
    [InlineData("meter")]
    public void A_minimal_code_beyond_the_map_is_refused(string decoder)
    {
        var codes = new ushort[16 * 3];
        codes[20] = 512;
        var clip = new TokenClip(Map.Space, 16, 11, new FrameRate(16000, 1280), codes, 0, 0);
        string message = Assert.Throws<TokenFormatException>(() => EdgeCodec.Decode(EdgeGolden.Model(decoder), clip)).Message;
        Assert.Equal("frame 1: codes: minimal code 512 in layer 4 is not below 512.", message);
    }

    [Fact]
    public void Too_few_minimal_layers_for_the_meter_are_refused()
    {
        var clip = new TokenClip(Map.Space, 3, 9, new FrameRate(16000, 1280), new ushort[6], 0, 0);
        Assert.Contains("needs 4", Assert.Throws<TokenFormatException>(() => EdgeCodec.Decode(EdgeGolden.Meter, clip)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_minimal_clip_of_another_map_is_refused_by_its_token_space()
    {
        var other = new MinimalMap(Map.BaseSpace, 11, 16, [.. Enumerable.Range(0, 16 * 512).Select(i => (ushort)(i % 512))]);
        var clip = new TokenClip(other.Space, 16, 9, new FrameRate(16000, 1280), new ushort[16], 0, 0);
        string message = Assert.Throws<TokenFormatException>(() => EdgeCodec.Decode(EdgeGolden.Light, clip)).Message;
        Assert.Contains(other.Space.ToString(), message, StringComparison.Ordinal);
        Assert.Contains(Map.Space.ToString(), message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_another_token_space_has_no_map_and_refuses_minimal_tokens()
    {
        EdgeModel model = EdgeModel.Load(CopyOfMeter(space: new string('a', 64)));
        Assert.Null(model.MinimalMap);
        var clip = new TokenClip(Map.Space, 4, 9, new FrameRate(16000, 1280), new ushort[4], 0, 0);
        Assert.Contains("no minimal map", Assert.Throws<TokenFormatException>(() => EdgeCodec.Decode(model, clip)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => EdgeCodec.EncodeMinimal(model, new float[1280]));
    }

    [Fact]
    public void A_map_beside_a_model_comes_before_the_built_in_one()
    {
        var own = new MinimalMap(Map.BaseSpace, 11, 4, [0, 9, 1, 2, 3, 4, 5, 6]);
        string path = CopyOfMeter(own);
        Assert.Equal(own.Space, EdgeModel.Load(path).MinimalMap!.Space);
    }

    [Fact]
    public void A_map_that_does_not_fit_its_model_is_refused_in_the_name_of_its_file()
    {
        Refused(new MinimalMap(TokenSpace.OfCodebooks([1]), 11, 4, [0, 9, 1, 2, 3, 4, 5, 6]), "base token space");
        Refused(new MinimalMap(Map.BaseSpace, 11, 3, [0, 9, 1, 2, 3, 4]), "layers: 3");
        Refused(new MinimalMap(Map.BaseSpace, 12, 4, [0, 9, 1, 2, 3, 2048, 5, 6]), "2048");
    }

    [Fact]
    public void A_damaged_map_is_refused_in_the_name_of_its_file()
    {
        string path = CopyOfMeter(Map), file = Path.ChangeExtension(path, ".q3m");
        byte[] bytes = File.ReadAllBytes(file);
        bytes[1000] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Contains($"{file}: CRC", Assert.Throws<ModelFormatException>(() => EdgeModel.Load(path)).Message, StringComparison.Ordinal);
    }

    private static double Distance(float[] rest, float[] codebooks, int layer, int entry)
    {
        double sum = 0;
        int row = ((layer * 2048) + entry) * 64;
        for (int d = 0; d < 64; d++)
        {
            double difference = (double)rest[d] - codebooks[row + d];
            sum += difference * difference;
        }

        return sum;
    }

    private void Refused(MinimalMap map, string about)
    {
        string message = Assert.Throws<ModelFormatException>(() => EdgeModel.Load(CopyOfMeter(map))).Message;
        Assert.Contains("mine.q3m: ", message, StringComparison.Ordinal);
        Assert.Contains(about, message, StringComparison.Ordinal);
    }

    private string CopyOfMeter(MinimalMap? map = null, string? space = null)
    {
        string source = BuiltInModels.PathOf("edge-meter"), path = Path.Combine(_folder, "mine.json");
        string config = File.ReadAllText(source);
        File.WriteAllText(path, space is null ? config : config.Replace(Map.BaseSpace.ToString(), space, StringComparison.Ordinal));
        File.Copy(Path.ChangeExtension(source, ".safetensors"), Path.ChangeExtension(path, ".safetensors"), overwrite: true);
        if (map is not null)
        {
            MinimalMapFile.Write(Path.ChangeExtension(path, ".q3m"), map);
        }

        return path;
    }
}
