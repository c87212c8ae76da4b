using Qwen3Tokenizer.Edge.Runtime;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>Any split of a clip gives the same samples, through the library that was built and the .NET runtime.</summary>
public sealed class SplitTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    private const int HopsPerFrame = 4;

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void Frames_and_hops_in_any_mix_give_the_samples_of_the_whole_clip(string name)
    {
        using EmittedLibrary library = EmittedLibrary.Load(models[name].Build.LibraryPath);
        using Decoder decoder = library.Model(name).CreateDecoder();
        FrameStream stream = FrameStream.Golden(1, BuiltModel.SpaceLayers);
        short[] whole = Whole(decoder, stream);
        Assert.Equal(models[name].GoldenSamples(1), whole);

        // All hops, then mixes from mostly frames to mostly hops.
        foreach (double hops in (double[])[1, 0.1, 0.5, 0.9])
        {
            decoder.Reset();
            Assert.Equal(whole, Mixed(decoder, stream, new Random(7), hops));
        }
    }

    [Fact]
    public void Frames_and_hops_in_any_mix_agree_when_the_number_of_layers_changes()
    {
        using EmittedLibrary library = EmittedLibrary.Load(models.Light.Build.LibraryPath);
        using Decoder decoder = library.Model("edge-light").CreateDecoder();
        FrameStream stream = FrameStream.Golden(3, BuiltModel.SpaceLayers).WithLayers(t => 1 + 5 * t % BuiltModel.SpaceLayers);
        short[] whole = Whole(decoder, stream);
        decoder.Reset();
        Assert.Equal(whole, Mixed(decoder, stream, new Random(11), 0.5));
    }

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void A_reset_gives_the_start_again_also_from_inside_a_frame(string name)
    {
        using EmittedLibrary library = EmittedLibrary.Load(models[name].Build.LibraryPath);
        using Decoder decoder = library.Model(name).CreateDecoder();
        FrameStream stream = FrameStream.Golden(0, BuiltModel.SpaceLayers);
        short[] first = Whole(decoder, stream), continued = Whole(decoder, stream);
        // Without a reset the state of the clip's end shows, so that equality below means something.
        Assert.NotEqual(first, continued);
        decoder.Reset();
        Assert.Equal(first, Whole(decoder, stream));
        decoder.DecodeHop(stream.Frames[0], new short[decoder.Model.HopSamples]);
        decoder.Reset();
        Assert.Equal(first, Whole(decoder, stream));
    }

    [Fact]
    public void Decoders_of_both_models_take_turns_without_knowing_of_each_other()
    {
        using EmittedLibrary lightLibrary = EmittedLibrary.Load(models.Light.Build.LibraryPath), meterLibrary = EmittedLibrary.Load(models.Meter.Build.LibraryPath);
        using Decoder light = lightLibrary.Model("edge-light").CreateDecoder(), twin = lightLibrary.Model("edge-light").CreateDecoder(), meter = meterLibrary.Model("edge-meter").CreateDecoder();
        FrameStream a = FrameStream.Golden(0, BuiltModel.SpaceLayers), b = FrameStream.Golden(3, BuiltModel.SpaceLayers);
        Decoder[] decoders = [light, twin, meter];
        FrameStream[] streams = [a, b, a];
        short[][] alone = [.. decoders.Zip(streams, Whole)];
        foreach (Decoder decoder in decoders)
            decoder.Reset();

        short[][] inTurns = [.. decoders.Zip(streams, (d, s) => new short[s.Frames.Length * d.Model.FrameSamples])];
        for (int t = 0; t < streams.Max(s => s.Frames.Length); t++)
        {
            for (int d = 0; d < decoders.Length; d++)
            {
                int samples = decoders[d].Model.FrameSamples;
                if (t < streams[d].Frames.Length)
                    decoders[d].DecodeFrame(streams[d].Frames[t], inTurns[d].AsSpan(t * samples, samples));
            }
        }

        Assert.Equal(alone, inTurns);
    }

    private static short[] Whole(Decoder decoder, FrameStream stream) => Mixed(decoder, stream, new Random(0), 0);

    /// <summary>Decodes a clip, the share <paramref name="hops"/> of its frames by four hops each.</summary>
    private static short[] Mixed(Decoder decoder, FrameStream stream, Random random, double hops)
    {
        int frameSamples = decoder.Model.FrameSamples, hopSamples = decoder.Model.HopSamples;
        var pcm = new short[stream.Frames.Length * frameSamples];
        for (int t = 0; t < stream.Frames.Length; t++)
        {
            Span<short> frame = pcm.AsSpan(t * frameSamples, frameSamples);
            if (random.NextDouble() >= hops)
            {
                decoder.DecodeFrame(stream.Frames[t], frame);
                continue;
            }

            for (int hop = 0; hop < HopsPerFrame; hop++)
                decoder.DecodeHop(hop == 0 ? stream.Frames[t] : default, frame.Slice(hop * hopSamples, hopSamples));
        }

        return pcm;
    }
}
