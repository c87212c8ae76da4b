using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Runtime;

namespace Qwen3Tokenizer.Edge.Tests.Runtime;

[Collection(FixtureCollection.Name)]
public sealed unsafe class ThreadTests : IDisposable
{
    private readonly EmittedLibrary _library;
    private readonly nint _gate;

    public ThreadTests(FixtureLibraries libraries)
    {
        _library = EmittedLibrary.Load(libraries.Models);
        _gate = NativeLibrary.Load(libraries.Models);
    }

    public void Dispose()
    {
        NativeLibrary.Free(_gate);
        _library.Dispose();
    }

    [Fact]
    public void Eight_decoders_on_eight_threads_give_what_each_gives_alone()
    {
        const int Decoders = 8, Frames = 200;
        EmittedModel model = _library.Model("fixture-saw");
        ushort[][][] streams = [.. Enumerable.Range(0, Decoders).Select(i => Saw.RandomFrames(seed: 100 + i, Frames))];
        short[][] alone = [.. streams.Select(stream => DecodeStream(model, stream))];
        var together = new short[Decoders][];
        using var start = new Barrier(Decoders);

        Thread[] threads = [.. Enumerable.Range(0, Decoders).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            together[i] = DecodeStream(model, streams[i]);
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();

        var saw = new Saw();
        Assert.Equal([.. streams[0].SelectMany(codes => saw.Decode(codes))], alone[0]);
        Assert.Equal(alone, together);
    }

    [Fact]
    public void A_second_thread_in_the_same_decoder_is_refused_and_the_first_is_not_disturbed()
    {
        using Decoder decoder = _library.Model("fixture-gated").CreateDecoder();
        var pcm = new short[Saw.Frame];
        var other = new short[Saw.Frame];

        InsideACall(() => decoder.DecodeFrame([3, 4], pcm), () =>
        {
            Assert.Throws<InvalidOperationException>(() => decoder.DecodeFrame([5, 6], other));
            Assert.Throws<InvalidOperationException>(() => decoder.DecodeHop([5, 6], other));
            Assert.Throws<InvalidOperationException>(decoder.Reset);
        });

        var saw = new Saw();
        Assert.Equal(saw.Decode(3, 4), pcm);
        decoder.DecodeFrame([5, 6], pcm);
        Assert.Equal(saw.Decode(5, 6), pcm);
    }

    [Fact]
    public void Dispose_during_a_call_frees_nothing_under_it()
    {
        Decoder decoder = _library.Model("fixture-gated").CreateDecoder();
        var pcm = new short[Saw.Frame];

        InsideACall(() => decoder.DecodeFrame([3, 4], pcm), () =>
        {
            decoder.Dispose();
            _library.Dispose();
            OverwriteFreed(decoder.Model.DecoderArenaBytes);
        });

        Assert.Equal(new Saw().Decode(3, 4), pcm);
        Assert.Throws<ObjectDisposedException>(decoder.Reset);
    }

    [Fact]
    public void Eight_encoders_on_eight_threads_give_what_each_gives_alone()
    {
        const int Encoders = 8, Frames = 50;
        EmittedModel model = _library.Model("fixture-peak");
        short[][][] streams = [.. Enumerable.Range(0, Encoders).Select(i => Peak.Frames(seed: 200 + i, Frames))];
        var together = new ushort[Encoders][];
        using var start = new Barrier(Encoders);

        Thread[] threads = [.. Enumerable.Range(0, Encoders).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            together[i] = EncodeStream(model, streams[i]);
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();

        Assert.Equal(streams.Select(stream =>
        {
            var peak = new Peak();
            return stream.SelectMany(frame => peak.Encode(frame, Peak.Layers)).ToArray();
        }), together);
    }

    [Fact]
    public void A_second_thread_in_the_same_encoder_is_refused_and_the_first_is_not_disturbed()
    {
        using Encoder encoder = _library.Model("fixture-gated").CreateEncoder();
        short[][] frames = Peak.Frames(seed: 3, count: 2);
        ushort[] codes = new ushort[5], other = new ushort[15];

        InsideACall(() => encoder.EncodeFrame(frames[0], codes), () =>
        {
            var error = Assert.Throws<InvalidOperationException>(() => encoder.EncodeFrame(frames[1], other.AsSpan(0, 5)));
            Assert.StartsWith("An encoder serves one thread at a time", error.Message, StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(() => encoder.Flush(default, other, 5));
            Assert.Throws<InvalidOperationException>(encoder.Reset);
        });

        var peak = new Peak();
        Assert.Equal(peak.Encode(frames[0], 5), codes);
        Assert.All(other, code => Assert.Equal(0, code));
        encoder.EncodeFrame(frames[1], codes);
        Assert.Equal(peak.Encode(frames[1], 5), codes);
    }

    [Fact]
    public void Dispose_during_an_encoders_call_frees_nothing_under_it()
    {
        Encoder encoder = _library.Model("fixture-gated").CreateEncoder();
        short[] rest = Peak.Frames(seed: 4, count: 1)[0][..100];
        var codes = new ushort[10];
        int frames = 0;

        InsideACall(() => frames = encoder.Flush(rest, codes, 5), () =>
        {
            encoder.Dispose();
            _library.Dispose();
            OverwriteFreed(encoder.Model.EncoderArenaBytes);
        });

        Assert.Equal(2, frames);
        Assert.Equal(new Peak().Flush(rest, 5), codes);
        Assert.Throws<ObjectDisposedException>(encoder.Reset);
    }

    [Fact]
    public void Threads_may_share_a_library_and_a_model()
    {
        EmittedModel model = _library.Model("fixture-saw");
        short[] expected = new Saw().Decode(3, 4);
        var wrong = 0;

        Parallel.For(0, 200, i =>
        {
            using Decoder decoder = (i % 2 == 0 ? model : _library.Model("fixture-saw")).CreateDecoder();
            var pcm = new short[Saw.Frame];
            decoder.DecodeFrame([3, 4], pcm);
            if (!pcm.AsSpan().SequenceEqual(expected))
                Interlocked.Increment(ref wrong);
        });

        Assert.Equal(0, wrong);
    }

    private static short[] DecodeStream(EmittedModel model, ushort[][] stream)
    {
        using Decoder decoder = model.CreateDecoder();
        var pcm = new short[stream.Length * Saw.Frame];
        for (int i = 0; i < stream.Length; i++)
            decoder.DecodeFrame(stream[i], pcm.AsSpan(i * Saw.Frame, Saw.Frame));
        return pcm;
    }

    private static ushort[] EncodeStream(EmittedModel model, short[][] stream)
    {
        using Encoder encoder = model.CreateEncoder();
        var codes = new ushort[stream.Length * Peak.Layers];
        for (int i = 0; i < stream.Length; i++)
            encoder.EncodeFrame(stream[i], codes.AsSpan(i * Peak.Layers, Peak.Layers));
        return codes;
    }

    /// <summary>A freed arena of this size would be handed out here, and overwritten under the call.</summary>
    private static void OverwriteFreed(int bytes)
    {
        for (int i = 0; i < 64; i++)
        {
            void* block = NativeMemory.AlignedAlloc((nuint)bytes, 64);
            NativeMemory.Fill(block, (nuint)bytes, 0xEE);
            NativeMemory.AlignedFree(block);
        }
    }

    /// <summary>Calls on another thread, and acts here while that call certainly is in native code.</summary>
    private void InsideACall(Action call, Action act)
    {
        var entered = (delegate* unmanaged[Cdecl]<int>)NativeLibrary.GetExport(_gate, "fixture_gate_entered");
        var open = (delegate* unmanaged[Cdecl]<void>)NativeLibrary.GetExport(_gate, "fixture_gate_open");
        ((delegate* unmanaged[Cdecl]<void>)NativeLibrary.GetExport(_gate, "fixture_gate_close"))();
        Exception? failure = null;
        var caller = new Thread(() => failure = Record.Exception(call));
        try
        {
            caller.Start();
            SpinWait.SpinUntil(() => entered() != 0 || failure is not null);
            act();
        }
        finally
        {
            open();
            caller.Join();
        }
        Assert.Null(failure);
    }
}
