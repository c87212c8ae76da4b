using BenchmarkDotNet.Attributes;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Benchmarks.Managed;

/// <summary>The float executor, on one thread: 4 s of speech, times and bytes a second of speech.</summary>
public class FloatBenchmarks
{
    private const int Seconds = 4;

    private EdgeModel _light = null!;
    private EdgeModel _meter = null!;
    private TokenClip _tokens = null!;
    private float[] _speech = [];

    [GlobalSetup]
    public void Setup()
    {
        (_light, _meter) = (EdgeModel.Load("edge-light"), EdgeModel.Load("edge-meter"));
        _tokens = QuickstartSpeech.Tokens(_light, Seconds * 25 / 2);
        _speech = QuickstartSpeech.Samples[..(Seconds * 16000)];
    }

    [Benchmark(Description = "float: decode a second, edge-light", OperationsPerInvoke = Seconds)]
    public float[] DecodeLight() => EdgeCodec.Decode(_light, _tokens);

    [Benchmark(Description = "float: decode a second, edge-meter", OperationsPerInvoke = Seconds)]
    public float[] DecodeMeter() => EdgeCodec.Decode(_meter, _tokens);

    [Benchmark(Description = "float: encode a second, edge-light", OperationsPerInvoke = Seconds)]
    public TokenClip Encode() => EdgeCodec.Encode(_light, _speech);

    [Benchmark(Description = "float: encode a second, edge-light, minimal", OperationsPerInvoke = Seconds)]
    public TokenClip EncodeMinimal() => EdgeCodec.EncodeMinimal(_light, _speech);
}
