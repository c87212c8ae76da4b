using Qwen3Tokenizer.Edge.Runtime;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>Lost frames: the emitted C conceals them as the integer oracle does (native/ARITHMETIC.md, section 8).</summary>
public sealed class LossTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    private const int HopsPerFrame = 4;
    private const int FramesAnHour = 45_000;
    private const int FramesUntilGone = 6;

    private static readonly string[] Sanitizers = ["-std=c99", "-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void Frames_hops_losses_and_resets_in_any_order_give_the_samples_of_the_oracle(string name)
    {
        using EmittedLibrary library = EmittedLibrary.Load(models[name].Build.LibraryPath);
        foreach (int seed in (int[])[1, 2, 3])
        {
            using Decoder decoder = library.Model(name).CreateDecoder();
            FrameStream stream = Lossy(FrameStream.Golden(seed, BuiltModel.SpaceLayers), seed);
            Assert.Equal(stream.DecodeWith(new IntegerOracle(models[name].Program)), Mixed(decoder, stream, new Random(seed)));
        }
    }

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void Losses_in_an_arena_without_a_spare_byte_are_clean_under_sanitizers_and_valgrind(string name)
    {
        BuiltModel built = models[name];
        FrameStream stream = Lossy(FrameStream.Golden(0, BuiltModel.SpaceLayers), seed: 4);
        short[] expected = stream.DecodeWith(new IntegerOracle(built.Program));
        string sanitized = Tools.Link("clang", built, "sanitized-losses", [.. Sanitizers, .. built.ModelOptions], [.. built.Library, Tools.CFile("emitted/stream.c")]);
        Assert.Equal(expected, stream.DecodeWith(sanitized, built.Scratch));

        // Memory from malloc is undefined to valgrind. A loss, two frames, losses until only the ending is left, a frame.
        string program = Tools.Link("gcc", built, "valgrind-losses", ["-std=c99", "-O1", "-g", .. built.ModelOptions], [.. built.Library, Tools.CFile("emitted/stream.c")]);
        string frames = program + ".frames", pcm = program + ".pcm";
        ushort[] codes = FrameStream.Golden(0, BuiltModel.SpaceLayers).Frames[5];
        FrameStream short7 = FrameStream.Of([FrameStream.LostToNoise, codes, codes, .. Enumerable.Repeat(FrameStream.LostToNoise, FramesUntilGone), FrameStream.LostToSilence, codes]);
        short7.Write(frames);
        Tools.Run("valgrind", ["-q", "--error-exitcode=9", "--leak-check=full", program, frames, pcm], built.Scratch);
        Assert.Equal(short7.DecodeWith(new IntegerOracle(built.Program)), FrameStream.ReadSamples(pcm));
    }

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void An_hour_without_a_frame_stays_silent_or_at_the_level_of_the_background(string name)
    {
        using EmittedLibrary library = EmittedLibrary.Load(models[name].Build.LibraryPath);
        using Decoder decoder = library.Model(name).CreateDecoder();
        var pcm = new short[decoder.Model.FrameSamples];
        foreach (ushort[] codes in FrameStream.Golden(0, BuiltModel.SpaceLayers).Frames)
            decoder.DecodeFrame(codes, pcm);

        double first = 0, last = 0;
        for (int frame = 0; frame < FramesAnHour; frame++)
        {
            decoder.ConcealFrame(ConcealmentEnding.Noise, pcm);
            double energy = pcm.Sum(s => (double)s * s);
            first += frame is >= FramesUntilGone and < FramesUntilGone + 50 ? energy : 0;
            last += frame >= FramesAnHour - 50 ? energy : 0;
        }

        Assert.InRange(last, 0.8 * first, 1.25 * first);

        // The overlap of the last noise row is heard for one hop more.
        decoder.ConcealFrame(ConcealmentEnding.Silence, pcm);
        decoder.ConcealFrame(ConcealmentEnding.Silence, pcm);
        Assert.All(pcm, sample => Assert.Equal(0, sample));
        decoder.DecodeFrame(FrameStream.Golden(0, BuiltModel.SpaceLayers).Frames[5], pcm);
        decoder.DecodeFrame(FrameStream.Golden(0, BuiltModel.SpaceLayers).Frames[6], pcm);
        Assert.True(pcm.Max(s => Math.Abs((int)s)) > 100, "The stream does not come back.");
    }

    /// <summary>Loses about every third frame, alone and in bursts, the first among them; now and then a reset.</summary>
    private static FrameStream Lossy(FrameStream stream, int seed)
    {
        var random = new Random(seed);
        var frames = new List<ushort[]> { FrameStream.LostToNoise };
        for (int t = 0; t < stream.Frames.Length; t++)
        {
            int burst = random.Next(6) switch { 0 => 1, 1 => random.Next(2, 9), _ => 0 };
            frames.AddRange(Enumerable.Range(0, burst).Select(_ => random.Next(2) == 0 ? FrameStream.LostToNoise : FrameStream.LostToSilence));
            if (random.Next(40) == 0)
                frames.Add(FrameStream.Reset);
            frames.Add(stream.Frames[t += burst < stream.Frames.Length - t ? burst : 0]);
        }

        return FrameStream.Of([.. frames]);
    }

    private static short[] Mixed(Decoder decoder, FrameStream stream, Random random)
    {
        var samples = new List<short>();
        var pcm = new short[decoder.Model.FrameSamples];
        foreach (ushort[] codes in stream.Frames)
        {
            if (codes == FrameStream.Reset)
            {
                decoder.Reset();
                continue;
            }

            if (codes == FrameStream.LostToNoise || codes == FrameStream.LostToSilence)
                decoder.ConcealFrame(codes == FrameStream.LostToNoise ? ConcealmentEnding.Noise : ConcealmentEnding.Silence, pcm);
            else if (random.Next(2) == 0)
                decoder.DecodeFrame(codes, pcm);
            else
                for (int hop = 0; hop < HopsPerFrame; hop++)
                    decoder.DecodeHop(hop == 0 ? codes : default, pcm.AsSpan(hop * decoder.Model.HopSamples));
            samples.AddRange(pcm);
        }

        return [.. samples];
    }
}
