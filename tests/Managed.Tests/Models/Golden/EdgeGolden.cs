using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Tests.Models.Golden;

/// <summary>The built-in models and the golden vectors of tests/data/edge-golden.</summary>
internal static class EdgeGolden
{
    private static readonly Lazy<EdgeModel> LazyLight = new(() => EdgeModel.Load("edge-light"));
    private static readonly Lazy<EdgeModel> LazyMeter = new(() => EdgeModel.Load("edge-meter"));

    public static EdgeModel Light => LazyLight.Value;

    public static EdgeModel Meter => LazyMeter.Value;

    public static EdgeModel Model(string name) => name == "light" ? Light : Meter;

    public static TheoryData<int> Clips => [0, 1, 2, 3];

    public static Npy Vector(string name) => Npy.LoadTestData($"edge-golden/{name}.npy");

    public static float[] Samples(int clip)
    {
        AudioClip audio = AudioFile.Read(TestData.Path($"edge-golden/clip{clip}.wav"));
        Assert.Equal((16000, 1), (audio.SampleRate, audio.Channels));
        return audio.Channel(0);
    }

    /// <summary>Golden tokens, the first <paramref name="layers"/> of 16 and the first frames (all where 0).</summary>
    public static TokenClip Tokens(int clip, int layers = 16, int frames = 0)
    {
        int[] all = Vector($"clip{clip}.tokens").Ints;
        frames = frames == 0 ? all.Length / 16 : frames;
        ushort[] codes = [.. Enumerable.Range(0, frames * layers).Select(i => (ushort)all[(i / layers * 16) + (i % layers)])];
        EdgeModelConfig config = Light.Config;
        return new TokenClip(config.Space, layers, config.BitsPerCode, config.Rate, codes, frames * (long)config.SamplesPerToken, config.DelaySamples);
    }

    /// <summary>Every node's value for a clip, run in one piece.</summary>
    public static Dictionary<string, FloatTensor> Encode(int clip)
    {
        float[] samples = Samples(clip);
        int frames = EdgeCodec.FramesOf(Light, samples.Length);
        var input = new FloatTensor(frames * 4, 320);
        samples.CopyTo(input.Data, 0);
        return Run(Light.Encoder!, frames, "samples", input);
    }

    public static Dictionary<string, FloatTensor> Decode(EdgeModel model, TokenClip tokens) =>
        Run(model.Decoder, tokens.Frames, "codes", EdgeCodec.CodesOf(model, tokens, 0, tokens.Frames));

    public static Dictionary<string, FloatTensor> Run(Graph graph, int frames, string input, FloatTensor value)
    {
        var values = new Dictionary<string, FloatTensor>();
        new FloatExecutor(graph).Run(frames, new Dictionary<string, FloatTensor> { [input] = value }, (node, tensor) => values[node.Name] = tensor);
        return values;
    }

    /// <summary>The synthesis of a model alone: input "head" [hops, head outputs] to "samples".</summary>
    public static Graph Synthesis(EdgeModel model)
    {
        DecoderConfig config = model.Config.Decoder;
        using SafetensorsFile file = SafetensorsFile.Open(model.Config.WeightsPath);
        Node head = new Edge.Models.Nodes.InputNode("head", config.Upsample, config.HeadOutputs);
        return new Graph("synthesis", SourceFilterHead.Append(new WeightSource(file), head, config));
    }

    public static float Scale(ReadOnlySpan<float> values)
    {
        float largest = 0;
        foreach (float v in values)
        {
            largest = Math.Max(largest, Math.Abs(v));
        }

        return largest;
    }
}
