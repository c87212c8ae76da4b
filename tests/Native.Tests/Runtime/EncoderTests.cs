using Qwen3Tokenizer.Edge.Runtime;

namespace Qwen3Tokenizer.Edge.Tests.Runtime;

[Collection(FixtureCollection.Name)]
public sealed class EncoderTests : IDisposable
{
    private readonly EmittedLibrary _library;
    private readonly EmittedModel _model;
    private readonly Encoder _encoder;
    private readonly ushort[] _codes = new ushort[Peak.Layers];

    public EncoderTests(FixtureLibraries libraries)
    {
        _library = EmittedLibrary.Load(libraries.Models);
        _model = _library.Model("fixture-peak");
        _encoder = _model.CreateEncoder();
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _library.Dispose();
    }

    [Fact]
    public void Frames_encode_to_any_allowed_number_of_layers()
    {
        var peak = new Peak();
        int layers = 0;
        foreach (short[] pcm in Peak.Frames(seed: 1, count: 50))
        {
            layers = (layers % Peak.Layers) + 1;
            _encoder.EncodeFrame(pcm, _codes.AsSpan(0, layers));
            Assert.Equal(peak.Encode(pcm, layers), _codes[..layers]);
        }
        Assert.Same(_model, _encoder.Model);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(1160, 2)] // 1160 + 1400 = 2 * 1280
    [InlineData(1161, 3)]
    [InlineData(1279, 3)]
    public void A_flush_covers_the_rest_and_the_delay_and_starts_again(int samples, int frames)
    {
        var peak = new Peak();
        short[][] pcm = Peak.Frames(seed: 2, count: 3);
        var flushed = new ushort[_model.EncoderFlushFrames * Peak.Layers];

        _encoder.EncodeFrame(pcm[0], _codes);
        peak.Encode(pcm[0], Peak.Layers);
        int given = _encoder.Flush(pcm[1].AsSpan(0, samples), flushed, Peak.Layers);

        Assert.Equal(frames, given);
        Assert.Equal(peak.Flush(pcm[1].AsSpan(0, samples), Peak.Layers), flushed[..(frames * Peak.Layers)]);
        _encoder.EncodeFrame(pcm[2], _codes);
        Assert.Equal(new Peak().Encode(pcm[2], Peak.Layers), _codes);
    }

    [Fact]
    public void A_flush_to_fewer_layers_packs_its_frames_and_leaves_the_room_behind_alone()
    {
        short[] rest = Peak.Frames(seed: 5, count: 1)[0][..700];
        var codes = new ushort[6];
        codes.AsSpan().Fill(0xABCD);

        int frames = _encoder.Flush(rest, codes, 2);

        Assert.Equal(2, frames);
        Assert.Equal(new Peak().Flush(rest, 2), codes[..4]);
        Assert.Equal([0xABCD, 0xABCD], codes[4..]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(100_000)]
    public void A_number_of_layers_that_the_model_lacks_is_refused_and_changes_nothing(int layers)
    {
        var peak = new Peak();
        short[][] pcm = Peak.Frames(seed: 3, count: 2);
        var untouched = new ushort[layers];
        _encoder.EncodeFrame(pcm[0], _codes);
        peak.Encode(pcm[0], Peak.Layers);

        var frame = Assert.Throws<EmittedLibraryException>(() => _encoder.EncodeFrame(pcm[1], untouched));
        var flush = Assert.Throws<EmittedLibraryException>(() => _encoder.Flush(pcm[1].AsSpan(0, 10), untouched, layers));

        Assert.All([frame, flush], error =>
        {
            Assert.Equal(EmittedStatus.Layers, error.Status);
            Assert.Contains($"'{_library.FilePath}'", error.Message, StringComparison.Ordinal);
            Assert.Contains(FixtureLibraries.StatusText(_library.FilePath, EmittedStatus.Layers), error.Message, StringComparison.Ordinal);
            Assert.Contains($"{layers} layers given, 1 to 5 allowed", error.Message, StringComparison.Ordinal);
        });
        Assert.All(untouched, code => Assert.Equal(0, code));
        _encoder.EncodeFrame(pcm[1], _codes);
        Assert.Equal(peak.Encode(pcm[1], Peak.Layers), _codes);
    }

    [Fact]
    public void A_negative_number_of_layers_is_refused()
    {
        var error = Assert.Throws<EmittedLibraryException>(() => _encoder.Flush(default, new ushort[15], -1));

        Assert.Equal(EmittedStatus.Layers, error.Status);
    }

    [Fact]
    public void Spans_of_a_wrong_length_are_argument_errors_and_change_nothing()
    {
        var peak = new Peak();
        short[][] pcm = Peak.Frames(seed: 4, count: 2);
        _encoder.EncodeFrame(pcm[0], _codes);
        peak.Encode(pcm[0], Peak.Layers);
        var codes = new ushort[15];

        Assert.Throws<ArgumentException>("pcm", () => _encoder.EncodeFrame(pcm[1].AsSpan(0, Peak.Frame - 1), codes.AsSpan(0, 5)));
        Assert.Throws<ArgumentException>("pcm", () => _encoder.EncodeFrame(new short[Peak.Frame + 1], codes.AsSpan(0, 5)));
        Assert.Throws<ArgumentException>("pcm", () => _encoder.EncodeFrame(default, codes.AsSpan(0, 5)));
        Assert.Throws<ArgumentException>("rest", () => _encoder.Flush(pcm[1], codes, 5));
        Assert.Throws<ArgumentException>("codes", () => _encoder.Flush(default, codes.AsSpan(0, 9), 5));
        Assert.Throws<ArgumentException>("codes", () => _encoder.Flush(pcm[1].AsSpan(0, 1279), codes.AsSpan(0, 14), 5));
        Assert.Throws<ArgumentException>("codes", () => _encoder.Flush(default, default, 1));

        Assert.All(codes, code => Assert.Equal(0, code));
        _encoder.EncodeFrame(pcm[1], _codes);
        Assert.Equal(peak.Encode(pcm[1], Peak.Layers), _codes);
    }

    [Fact]
    public void Reset_goes_back_to_the_start_of_a_stream()
    {
        short[][] pcm = Peak.Frames(seed: 6, count: 2);
        _encoder.EncodeFrame(pcm[0], _codes);

        _encoder.Reset();
        _encoder.EncodeFrame(pcm[1], _codes);

        Assert.Equal(new Peak().Encode(pcm[1], Peak.Layers), _codes);
    }

    [Fact]
    public void A_disposed_encoder_refuses_every_call_and_a_second_dispose_does_nothing()
    {
        _encoder.Dispose();
        _encoder.Dispose();

        Assert.Throws<ObjectDisposedException>(() => _encoder.EncodeFrame(new short[Peak.Frame], _codes));
        Assert.Throws<ObjectDisposedException>(() => _encoder.Flush(default, new ushort[15], 5));
        var error = Assert.Throws<ObjectDisposedException>(_encoder.Reset);
        Assert.Equal(typeof(Encoder).FullName, error.ObjectName);
    }

    [Fact]
    public void A_model_without_an_encoder_makes_none_and_still_decodes()
    {
        EmittedModel model = _library.Model("fixture-saw");

        var error = Assert.Throws<EmittedLibraryException>(model.CreateEncoder);

        Assert.Equal(EmittedStatus.Unsupported, error.Status);
        Assert.Contains($"\"fixture-saw\" of '{_library.FilePath}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(FixtureLibraries.StatusText(_library.FilePath, EmittedStatus.Unsupported), error.Message, StringComparison.Ordinal);
        using Decoder decoder = model.CreateDecoder();
        var pcm = new short[Saw.Frame];
        decoder.DecodeFrame([3, 4], pcm);
        Assert.Equal(new Saw().Decode(3, 4), pcm);
    }

    [Fact]
    public void Encoding_allocates_no_managed_memory()
    {
        short[] pcm = Peak.Frames(seed: 7, count: 1)[0];
        var flushed = new ushort[_model.EncoderFlushFrames * Peak.Layers];
        EncodeEachWay(pcm, flushed);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            EncodeEachWay(pcm, flushed);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
    }

    private void EncodeEachWay(short[] pcm, ushort[] flushed)
    {
        _encoder.EncodeFrame(pcm, _codes);
        _encoder.Reset();
        _encoder.EncodeFrame(pcm, _codes);
        _encoder.Flush(pcm.AsSpan(0, 100), flushed, Peak.Layers);
    }
}
