using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Compiler.Verification;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>The integer oracle and the portable C agree bit for bit on every node of the encoder, on whole clips and on any length.</summary>
public sealed class EncoderTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    // The encoder's frame and the delay of edge-light, as src/.../Data/edge-light.json has them.
    private const int Frame = 1280, Delay = 832;

    private static readonly Dictionary<string, SampleStream> Streams = new()
    {
        ["golden clip"] = SampleStream.Golden(1),
        ["noise"] = SampleStream.Noise(12 * Frame + 77),
        ["full-scale square wave"] = SampleStream.SquareWave(12 * Frame + 1000),
        ["slow square wave"] = SampleStream.SquareWave(6 * Frame + 5, 2000),
        ["silence"] = SampleStream.Silence(6 * Frame),
    };

    private EncoderPart Encoder => models.Light.Encoder;

    public static TheoryData<string> Names => [.. Streams.Keys];

    [Fact]
    public void The_frame_and_the_delay_are_those_of_the_model_and_only_edge_light_has_an_encoder()
    {
        Assert.Equal((16000, Frame, Delay, BuiltModel.SpaceLayers), (Encoder.SampleRate, Encoder.FrameSamples, Encoder.DelaySamples, Encoder.Layers));
        Assert.Null(models.Meter.Source.Encoder);
        Assert.False(File.Exists(models.Meter.EncoderNetwork));
    }

    [Fact]
    public void Encoder_and_decoder_have_the_same_codebooks_byte_for_byte() =>
        Assert.Equal(((EmbedOperation)models.Light.Program.Operations[0]).Table, ((SearchOperation)Encoder.Program.Operations[^1]).Table);

    [Theory, MemberData(nameof(Names))]
    public void Oracle_and_portable_C_agree_bit_for_bit_on_every_node(string what)
    {
        SampleStream stream = Streams[what];
        string program = Compiled("portable-encoder", "gcc", "-O2", "-DQ3E_PORTABLE_ONLY", "-DQ3E_TRACE"), folder = models.Light.NewScratchFolder("encoder-" + what.Replace(' ', '-'));
        ushort[] actual = stream.EncodeWith(program, BuiltModel.SpaceLayers, folder);
        var expected = new List<TraceEntry>();
        ushort[] codes = stream.EncodeWith(Oracle(), Encoder, BuiltModel.SpaceLayers, expected);
        List<TraceRecord> records = TraceFile.Read(Path.Combine(folder, "portable-encoder.codes.trace"));
        // Beside the operations, the magnitudes of each of the four hops.
        Assert.Equal(Frames(stream) * (Encoder.Program.Operations.Count + 4), records.Count);
        TraceAgreement.Require(Encoder.Program, expected, records);
        Assert.Equal(codes, actual);
    }

    /// <summary>Through the kernels of this processor, and not traced.</summary>
    [Fact]
    public void Every_golden_clip_encodes_to_the_codes_of_the_oracle()
    {
        string program = Compiled("encode-whole", "clang", "-O3");
        Tools.Each(Enumerable.Range(0, FrameStream.GoldenClips), clip =>
        {
            SampleStream stream = SampleStream.Golden(clip);
            ushort[] expected = stream.EncodeWith(Oracle(), Encoder, BuiltModel.SpaceLayers);
            ushort[] actual = stream.EncodeWith(program, BuiltModel.SpaceLayers, models.Light.NewScratchFolder($"encode-clip{clip}"));
            int first = expected.AsSpan().CommonPrefixLength(actual);
            Assert.True(first == actual.Length && first == expected.Length, $"Clip {clip} differs first in code {first} of {expected.Length}.");
            Assert.Equal(Npy.LoadTestData($"edge-golden/clip{clip}.tokens.npy").Shape[0] * BuiltModel.SpaceLayers, actual.Length);
        });
    }

    /// <summary>Nothing before the codes asked for depends on their number.</summary>
    [Fact]
    public void Fewer_layers_give_the_first_codes()
    {
        SampleStream stream = SampleStream.Golden(3).First(5 * Frame);
        string program = Compiled("encode-layers", "gcc", "-O2"), folder = models.Light.NewScratchFolder("encode-layers-files");
        ushort[][] all = [.. stream.EncodeWith(program, BuiltModel.SpaceLayers, folder).Chunk(BuiltModel.SpaceLayers)];
        foreach (int layers in (int[])[1, 2, 7, 15])
            Assert.Equal(all.SelectMany(frame => frame[..layers]), stream.EncodeWith(program, layers, folder));
    }

    /// <summary>Around every place where the flush gains a frame: 448 samples and the delay fill one frame exactly.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(447, 1)]
    [InlineData(448, 1)]
    [InlineData(449, 2)]
    [InlineData(1279, 2)]
    public void A_flush_covers_any_remainder_as_the_oracle_does(int remainder, int flushed)
    {
        string program = Compiled($"encode-flush-{remainder}", "gcc", "-O2", "-DQ3E_TRACE"), folder = models.Light.NewScratchFolder($"flush-{remainder}");
        foreach (int whole in (int[])[0, 3])
        {
            SampleStream stream = SampleStream.Golden(1).First(whole * Frame + remainder);
            Assert.Equal(whole + flushed, Frames(stream));
            ushort[] actual = stream.EncodeWith(program, BuiltModel.SpaceLayers, folder);
            Assert.Equal(Frames(stream) * BuiltModel.SpaceLayers, actual.Length);

            // The oracle's own flush, which does not share the padding of the stream.
            IntegerEncoderOracle oracle = Oracle();
            IEnumerable<ushort[]> frames = Enumerable.Range(0, whole).Select(t => oracle.EncodeFrame(stream.Samples.AsSpan(t * Frame, Frame), BuiltModel.SpaceLayers)).ToArray();
            Assert.Equal([.. frames.SelectMany(f => f), .. oracle.Flush(stream.Samples.AsSpan(whole * Frame), Delay, BuiltModel.SpaceLayers).SelectMany(f => f)], actual);

            var trace = new List<TraceEntry>();
            stream.EncodeWith(Oracle(), Encoder, BuiltModel.SpaceLayers, trace);
            TraceAgreement.Require(Encoder.Program, trace, TraceFile.Read(Path.Combine(folder, $"encode-flush-{remainder}.codes.trace")));
        }
    }

    /// <summary>The codes whose checksum a device must reproduce are the oracle's for what the decoder's oracle makes of the stored tokens.</summary>
    [Fact]
    public void The_stored_checksum_of_the_codes_is_that_of_the_oracles()
    {
        BuiltModel light = models.Light;
        TokenClip vectors = TokenFile.Read(Path.Combine(light.Build.Folder, "conformance", "tokens.q3t"));
        var decoder = new IntegerOracle(light.Program);
        List<short> decoded = [];
        for (int t = 0; t < vectors.Frames; t++)
            decoded.AddRange(decoder.DecodeFrame(vectors.Frame(t)));

        // The last frame is short of a sample.
        ushort[] codes = SampleStream.Of([.. decoded.SkipLast(1)]).EncodeWith(Oracle(), Encoder, vectors.Layers);
        Assert.Equal(light.StoredChecksums().Encoder, Crc32.Compute(MemoryMarshal.AsBytes<ushort>(codes)));
    }

    private static int Frames(SampleStream stream) => (int)Math.Ceiling((stream.Samples.Length + Delay) / (double)Frame);

    private IntegerEncoderOracle Oracle() => new(Encoder.Program);

    private string Compiled(string name, string compiler, params string[] options)
    {
        BuiltModel light = models.Light;
        string program = light.InScratch(name);
        return File.Exists(program) ? program : Tools.Link(compiler, light, name, [.. Tools.Strict, .. options], [.. light.Library, light.ConformanceProgram]);
    }
}
