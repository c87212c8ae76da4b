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

    [Fact]
    public void A_disposed_decoder_refuses_every_call_and_a_second_dispose_does_nothing()
    {
        _decoder.Dispose();
        _decoder.Dispose();

        Assert.Throws<ObjectDisposedException>(() => _decoder.DecodeFrame([1, 2], _pcm));
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
