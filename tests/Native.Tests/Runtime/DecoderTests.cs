using Qwen3Tokenizer.Edge.Runtime;

namespace Qwen3Tokenizer.Edge.Tests.Runtime;

[Collection(FixtureCollection.Name)]
public sealed class DecoderTests : IDisposable
{
    private readonly EmittedLibrary _library;
    private readonly EmittedModel _model;
    private readonly Decoder _decoder;
    private readonly short[] _pcm = new short[Saw.Frame];

    public DecoderTests(FixtureLibraries libraries)
    {
        _library = EmittedLibrary.Load(libraries.Models);
        _model = _library.Model("fixture-saw");
        _decoder = _model.CreateDecoder();
    }

    public void Dispose()
    {
        _decoder.Dispose();
        _library.Dispose();
    }

    [Fact]
    public void Frames_of_any_allowed_number_of_layers_decode_to_their_samples()
    {
        var saw = new Saw();
        foreach (ushort[] codes in Saw.RandomFrames(seed: 1, count: 50))
        {
            _decoder.DecodeFrame(codes, _pcm);
            Assert.Equal(saw.Decode(codes), _pcm);
        }
        Assert.Same(_model, _decoder.Model);
    }

    [Fact]
    public void Four_hops_give_the_samples_of_one_frame()
    {
        var saw = new Saw();
        foreach (ushort[] codes in Saw.RandomFrames(seed: 2, count: 20))
        {
            for (int hop = 0; hop < 4; hop++)
                _decoder.DecodeHop(hop == 0 ? codes : default, _pcm.AsSpan(hop * Saw.Hop, Saw.Hop));
            Assert.Equal(saw.Decode(codes), _pcm);
        }
    }

    [Fact]
    public void Hops_and_frames_may_take_turns_between_frames()
    {
        var saw = new Saw();
        _decoder.DecodeFrame([1, 2], _pcm);
        Assert.Equal(saw.Decode(1, 2), _pcm);
        for (int hop = 0; hop < 4; hop++)
            _decoder.DecodeHop([3, 4], _pcm.AsSpan(hop * Saw.Hop));
        Assert.Equal(saw.Decode(3, 4), _pcm);
        _decoder.DecodeFrame([5, 6], _pcm);
        Assert.Equal(saw.Decode(5, 6), _pcm);
    }

    [Fact]
    public void A_frame_between_the_hops_of_another_is_refused_and_the_hops_go_on()
    {
        short[] expected = new Saw().Decode(7, 8);
        _decoder.DecodeHop([7, 8], _pcm);

        var error = Assert.Throws<EmittedLibraryException>(() => _decoder.DecodeFrame([1, 2], new short[Saw.Frame]));
        for (int hop = 1; hop < 4; hop++)
            _decoder.DecodeHop(default, _pcm.AsSpan(hop * Saw.Hop));

        Assert.Equal(EmittedStatus.State, error.Status);
        Assert.Contains(FixtureLibraries.StatusText(_library.FilePath, EmittedStatus.State), error.Message, StringComparison.Ordinal);
        Assert.Equal(expected, _pcm);
    }

    [Theory]
    [InlineData(new ushort[] { 512, 1 }, "layer 0 has code 512, the largest is 511")]
    [InlineData(new ushort[] { 1, 2, 65535 }, "layer 2 has code 65535, the largest is 511")]
    [InlineData(new ushort[] { 1, 2, 3, 4, 5, 6, 7, 600 }, "layer 7 has code 600, the largest is 511")]
    public void A_code_out_of_range_is_refused_and_changes_nothing(ushort[] codes, string detail)
    {
        RefusedWithoutTrace(codes, EmittedStatus.Code, detail);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(100_000)]
    public void Too_few_or_too_many_layers_are_refused_and_change_nothing(int layers)
    {
        RefusedWithoutTrace(new ushort[layers], EmittedStatus.Layers, $"{layers} layers given, 2 to 8 allowed");
    }

    [Fact]
    public void A_span_too_short_for_the_samples_is_an_argument_error_and_changes_nothing()
    {
        Assert.Throws<ArgumentException>(() => _decoder.DecodeFrame([9, 9], new short[Saw.Frame - 1]));
        Assert.Throws<ArgumentException>(() => _decoder.DecodeFrame([9, 9], default));
        Assert.Throws<ArgumentException>(() => _decoder.DecodeHop([9, 9], new short[Saw.Hop - 1]));

        _decoder.DecodeFrame([3, 4], _pcm);
        Assert.Equal(new Saw().Decode(3, 4), _pcm);
    }

    [Fact]
    public void A_longer_span_is_left_alone_behind_the_samples()
    {
        var longer = new short[Saw.Frame + 8];
        longer.AsSpan().Fill(0x1234);

        _decoder.DecodeFrame([3, 4], longer);

        Assert.Equal(new Saw().Decode(3, 4), longer[..Saw.Frame]);
        Assert.All(longer[Saw.Frame..], sample => Assert.Equal(0x1234, sample));
    }

    [Theory]
    [InlineData(ConcealmentEnding.Silence)]
    [InlineData(ConcealmentEnding.Noise)]
    public void A_lost_frame_is_concealed_with_the_ending_asked_for(ConcealmentEnding ending)
    {
        var saw = new Saw();
        _decoder.DecodeFrame([7, 8], _pcm);
        saw.Decode(7, 8);
        var longer = new short[Saw.Frame + 8];
        longer.AsSpan().Fill(0x1234);

        _decoder.ConcealFrame(ending, longer);

        Assert.Equal(saw.Conceal(ending, 7, 8), longer[..Saw.Frame]);
        Assert.All(longer[Saw.Frame..], sample => Assert.Equal(0x1234, sample));
        _decoder.DecodeFrame([1, 2], _pcm);
        Assert.Equal(saw.Decode(1, 2), _pcm);
    }

    [Fact]
    public void Concealing_between_hops_into_a_short_span_or_with_an_unknown_ending_is_refused_and_changes_nothing()
    {
        short[] expected = new Saw().Decode(7, 8);
        Assert.Throws<ArgumentException>(() => _decoder.ConcealFrame(ConcealmentEnding.Silence, new short[Saw.Frame - 1]));
        Assert.Equal(EmittedStatus.Argument, Assert.Throws<EmittedLibraryException>(() => _decoder.ConcealFrame((ConcealmentEnding)2, _pcm)).Status);
        _decoder.DecodeHop([7, 8], _pcm);
        Assert.Equal(EmittedStatus.State, Assert.Throws<EmittedLibraryException>(() => _decoder.ConcealFrame(ConcealmentEnding.Noise, new short[Saw.Frame])).Status);
        for (int hop = 1; hop < 4; hop++)
            _decoder.DecodeHop(default, _pcm.AsSpan(hop * Saw.Hop));

        Assert.Equal(expected, _pcm);
    }

    [Fact]
    public void Reset_goes_back_to_the_start_of_a_stream_even_between_hops()
    {
        _decoder.DecodeFrame([100, 200], _pcm);
        _decoder.DecodeHop([7, 8], _pcm);

        _decoder.Reset();
        _decoder.DecodeFrame([3, 4], _pcm);

        Assert.Equal(new Saw().Decode(3, 4), _pcm);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(1000)]
    public void Any_number_of_frames_a_call_gives_the_samples_of_single_frames(int maxFrames)
    {
        using Decoder decoder = _model.CreateDecoder(maxFrames);
        var saw = new Saw();
        var random = new Random(maxFrames);
        foreach (int frames in (int[])[1, 3, 7, 1, 12, 300])
        {
            int layers = random.Next(2, 9);
            ushort[] codes = [.. Enumerable.Range(0, frames * layers).Select(_ => (ushort)random.Next(512))];
            var pcm = new short[frames * Saw.Frame];

            decoder.DecodeFrames(codes, layers, pcm);

            Assert.Equal(codes.Chunk(layers).SelectMany(frame => saw.Decode(frame)), pcm);
        }
    }

    [Fact]
    public void Frames_and_hops_and_several_frames_may_take_turns()
    {
        using Decoder decoder = _model.CreateDecoder(3);
        var saw = new Saw();
        var several = new short[2 * Saw.Frame];

        decoder.DecodeFrame([1, 2], _pcm);
        Assert.Equal(saw.Decode(1, 2), _pcm);
        decoder.DecodeFrames([3, 4, 5, 6], 2, several);
        Assert.Equal([.. saw.Decode(3, 4), .. saw.Decode(5, 6)], several);
        for (int hop = 0; hop < 4; hop++)
            decoder.DecodeHop([7, 8], _pcm.AsSpan(hop * Saw.Hop));
        Assert.Equal(saw.Decode(7, 8), _pcm);
    }

    [Fact]
    public void No_codes_are_no_frames_and_a_longer_span_is_left_alone_behind_several()
    {
        var longer = new short[2 * Saw.Frame + 8];
        longer.AsSpan().Fill(0x1234);
        var saw = new Saw();

        _decoder.DecodeFrames(default, 2, longer);
        Assert.All(longer, sample => Assert.Equal(0x1234, sample));
        _decoder.DecodeFrames([3, 4, 5, 6], 2, longer);

        Assert.Equal([.. saw.Decode(3, 4), .. saw.Decode(5, 6)], longer[..^8]);
        Assert.All(longer[^8..], sample => Assert.Equal(0x1234, sample));
    }

    [Fact]
    public void Several_frames_with_a_fault_are_refused_and_change_nothing()
    {
        var untouched = new short[3 * Saw.Frame];
        using Decoder decoder = _model.CreateDecoder(2);

        var code = Assert.Throws<EmittedLibraryException>(() => decoder.DecodeFrames([1, 2, 3, 4, 5, 512], 2, untouched));
        var layers = Assert.Throws<EmittedLibraryException>(() => decoder.DecodeFrames([1, 2, 3], 1, untouched));
        Assert.Throws<ArgumentException>(() => decoder.DecodeFrames([1, 2, 3], 2, untouched));
        Assert.Throws<ArgumentException>(() => decoder.DecodeFrames(new ushort[8], 2, untouched));
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.DecodeFrames([1, 2], 0, untouched));
        decoder.DecodeHop([3, 4], _pcm);
        var state = Assert.Throws<EmittedLibraryException>(() => decoder.DecodeFrames([1, 2, 3, 4], 2, untouched));
        for (int hop = 1; hop < 4; hop++)
            decoder.DecodeHop(default, _pcm.AsSpan(hop * Saw.Hop));

        Assert.Equal([EmittedStatus.Code, EmittedStatus.Layers, EmittedStatus.State], [code.Status, layers.Status, state.Status]);
        Assert.Contains("layer 1 of frame 2 has code 512, the largest is 511", code.Message, StringComparison.Ordinal);
        Assert.Contains("1 layers given, 2 to 8 allowed", layers.Message, StringComparison.Ordinal);
        Assert.All(untouched, sample => Assert.Equal(0, sample));
        Assert.Equal(new Saw().Decode(3, 4), _pcm);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void A_decoder_for_no_frame_or_too_many_is_an_argument_error(int maxFrames)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _model.CreateDecoder(maxFrames));

        Assert.Equal("maxFrames", error.ParamName);
    }

    [Fact]
    public void A_disposed_decoder_refuses_every_call_and_a_second_dispose_does_nothing()
    {
        _decoder.Dispose();
        _decoder.Dispose();

        Assert.Throws<ObjectDisposedException>(() => _decoder.DecodeFrame([1, 2], _pcm));
        Assert.Throws<ObjectDisposedException>(() => _decoder.DecodeFrames([1, 2], 2, _pcm));
        Assert.Throws<ObjectDisposedException>(() => _decoder.DecodeFrames(default, 2, _pcm));
        Assert.Throws<ObjectDisposedException>(() => _decoder.DecodeHop([1, 2], _pcm));
        Assert.Throws<ObjectDisposedException>(() => _decoder.ConcealFrame(ConcealmentEnding.Silence, _pcm));
        var error = Assert.Throws<ObjectDisposedException>(_decoder.Reset);
        Assert.Equal(typeof(Decoder).FullName, error.ObjectName);
    }

    [Fact]
    public void Decoding_allocates_no_managed_memory()
    {
        ushort[] codes = [1, 2, 3, 4, 5, 6];
        DecodeAFrameEachWay(codes);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            DecodeAFrameEachWay(codes);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
    }

    private void DecodeAFrameEachWay(ushort[] codes)
    {
        _decoder.DecodeFrame(codes, _pcm);
        _decoder.DecodeFrames(codes, codes.Length, _pcm);
        for (int hop = 0; hop < 4; hop++)
            _decoder.DecodeHop(hop == 0 ? codes : default, _pcm.AsSpan(hop * Saw.Hop, Saw.Hop));
        _decoder.ConcealFrame(ConcealmentEnding.Noise, _pcm);
        _decoder.Reset();
    }

    private void RefusedWithoutTrace(ushort[] codes, EmittedStatus status, string detail)
    {
        var saw = new Saw();
        _decoder.DecodeFrame([10, 20, 30], _pcm);
        Assert.Equal(saw.Decode(10, 20, 30), _pcm);
        var untouched = new short[Saw.Frame];

        var frame = Assert.Throws<EmittedLibraryException>(() => _decoder.DecodeFrame(codes, untouched));
        var hop = Assert.Throws<EmittedLibraryException>(() => _decoder.DecodeHop(codes, untouched));

        Assert.All([frame, hop], error =>
        {
            Assert.Equal(status, error.Status);
            Assert.Contains($"'{_library.FilePath}'", error.Message, StringComparison.Ordinal);
            Assert.Contains(FixtureLibraries.StatusText(_library.FilePath, status), error.Message, StringComparison.Ordinal);
            Assert.Contains(detail, error.Message, StringComparison.Ordinal);
        });
        Assert.All(untouched, sample => Assert.Equal(0, sample));
        _decoder.DecodeFrame([40, 50], _pcm);
        Assert.Equal(saw.Decode(40, 50), _pcm);
    }
}
