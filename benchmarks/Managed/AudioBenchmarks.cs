using BenchmarkDotNet.Attributes;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Benchmarks.Managed;

/// <summary>Audio files and quality figures of a clip of 5.3 s at 16 kHz.</summary>
public class AudioBenchmarks
{
    private float[] _original = [];
    private float[] _decoded = [];
    private byte[] _wav = [];

    [GlobalSetup]
    public void Setup()
    {
        var light = EdgeModel.Load("edge-light");
        _wav = File.ReadAllBytes(QuickstartSpeech.Path);
        _original = QuickstartSpeech.Samples;
        TokenClip tokens = EdgeCodec.Encode(light, _original);
        _decoded = [.. EdgeCodec.Trim(light, tokens, EdgeCodec.Decode(light, tokens))];
    }

    [Benchmark(Description = "WAV: read 5.3 s of PCM16")]
    public AudioClip ReadWav()
    {
        using var stream = new MemoryStream(_wav, writable: false);
        return WavReader.Read(stream, "quickstart.wav");
    }

    [Benchmark(Description = "STOI of 5.3 s at 16 kHz")]
    public double MeasureStoi() => Stoi.Compute(_original, _decoded, 16000);
}
