using BenchmarkDotNet.Attributes;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Runtime;

namespace Qwen3Tokenizer.Edge.Benchmarks.Managed;

/// <summary>One 80 ms frame through the emitted INT8 library, called from .NET.</summary>
public class LibraryBenchmarks
{
    private readonly List<IDisposable> _open = [];
    private TokenClip _tokens = null!;
    private short[] _speech = [];
    private ushort[] _codes = [];
    private short[] _pcm = [];
    private Decoder _light = null!;
    private Decoder _meter = null!;
    private Encoder _encoder = null!;
    private int _frame;

    [GlobalSetup]
    public void Setup()
    {
        EdgeModel light = EdgeModel.Load("edge-light"), meter = EdgeModel.Load("edge-meter");
        EmittedModel lightModel = Load(light), meterModel = Load(meter);
        _tokens = QuickstartSpeech.Tokens(light, 60);
        _speech = Array.ConvertAll(QuickstartSpeech.Samples, s => (short)Math.Clamp(MathF.Round(s * 32768), short.MinValue, short.MaxValue));
        _codes = new ushort[lightModel.MaxLayers];
        _pcm = new short[lightModel.FrameSamples];
        (_light, _meter, _encoder) = (Opened(lightModel.CreateDecoder()), Opened(meterModel.CreateDecoder()), Opened(lightModel.CreateEncoder()));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (IDisposable resource in Enumerable.Reverse(_open))
            resource.Dispose();
    }

    [Benchmark(Description = "library: decode a frame, edge-light, 16 layers")]
    public void DecodeLight() => _light.DecodeFrame(Next(), _pcm);

    [Benchmark(Description = "library: decode a frame, edge-meter")]
    public void DecodeMeter() => _meter.DecodeFrame(Next()[.._meter.Model.MaxLayers], _pcm.AsSpan(0, _meter.Model.FrameSamples));

    [Benchmark(Description = "library: encode a frame, edge-light, 16 layers")]
    public void EncodeLight()
    {
        int frame = _pcm.Length;
        _frame = (_frame + 1) % (_speech.Length / frame);
        _encoder.EncodeFrame(_speech.AsSpan(_frame * frame, frame), _codes);
    }

    private ReadOnlySpan<ushort> Next()
    {
        _frame = (_frame + 1) % _tokens.Frames;
        return _tokens.Frame(_frame);
    }

    private EmittedModel Load(EdgeModel model) => Opened(EmittedLibrary.Load(HostBuild.Cached(model).LibraryPath)).Model(model.Name);

    private T Opened<T>(T resource)
        where T : IDisposable
    {
        _open.Add(resource);
        return resource;
    }
}
