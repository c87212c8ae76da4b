using BenchmarkDotNet.Attributes;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Benchmarks.Managed;

/// <summary>Token files and codes of 30 s of speech: 375 frames of 16 layers.</summary>
public class TokenBenchmarks
{
    private const int Frames = 375;
    private const int Bits = 11;

    private byte[] _file = [];
    private TokenClip _clip = null!;
    private TokenClip _minimal = null!;
    private MinimalMap _map = null!;
    private ushort[] _codes = [];
    private byte[] _packed = [];

    [GlobalSetup]
    public void Setup()
    {
        var light = EdgeModel.Load("edge-light");
        (_clip, _minimal, _map) = (QuickstartSpeech.Tokens(light, Frames), QuickstartSpeech.Tokens(light, Frames, minimal: true), light.MinimalMap!);
        _codes = _clip.Codes.ToArray();
        _packed = new byte[CodePacking.PackedBytes(_codes.Length, Bits)];
        CodePacking.Pack(_codes, Bits, _packed);
        using var stream = new MemoryStream();
        TokenFile.Write(stream, _clip);
        _file = stream.ToArray();
    }

    [Benchmark(Description = ".q3t: read 30 s")]
    public TokenClip Read()
    {
        using var stream = new MemoryStream(_file, writable: false);
        return TokenFile.Read(stream);
    }

    [Benchmark(Description = ".q3t: write 30 s")]
    public void Write()
    {
        using var stream = new MemoryStream(_file, writable: true);
        TokenFile.Write(stream, _clip);
    }

    [Benchmark(Description = "codes: pack 30 s, 6,000 codes of 11 bits")]
    public void Pack()
    {
        _packed.AsSpan().Clear();
        CodePacking.Pack(_codes, Bits, _packed);
    }

    [Benchmark(Description = "codes: unpack 30 s")]
    public void Unpack() => CodePacking.Unpack(_packed, Bits, _codes);

    [Benchmark(Description = "codes: expand 30 s of minimal codes")]
    public void Expand()
    {
        for (int t = 0; t < Frames; t++)
            _map.Expand(_minimal.Frame(t), _codes);
    }
}
