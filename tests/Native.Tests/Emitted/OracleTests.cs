using Qwen3Tokenizer.Edge.Compiler.Verification;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>The integer oracle and the portable C agree bit for bit, on every node and on whole clips.</summary>
public sealed class OracleTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    private const int RandomFrames = 24;

    /// <summary>What <see cref="BuiltModel.Program"/> says is what the build compiled.</summary>
    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void The_program_that_the_oracle_interprets_is_the_one_that_was_built(string name)
    {
        BuiltModel built = models[name];
        Assert.Equal(built.Source.Source, File.ReadAllText(built.Network));
        Assert.Equal(built.Source.EncoderSource, File.Exists(built.EncoderNetwork) ? File.ReadAllText(built.EncoderNetwork) : null);
        Assert.Equal(built.Source.Weights.Binary(), File.ReadAllBytes(Path.Combine(built.Build.Folder, "src", built.Names.Stem + ".weights")));
    }

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void Every_node_agrees_over_a_real_clip(string name) =>
        RequireAgreement(models[name], "real", FrameStream.Golden(0, BuiltModel.SpaceLayers));

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void Every_node_agrees_on_random_codes(string name)
    {
        BuiltModel built = models[name];
        RequireAgreement(built, "random", FrameStream.Random(1, RandomFrames, built.Model.Config.CodebookSize, (_, _) => BuiltModel.SpaceLayers));
    }

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void Every_node_agrees_on_the_smallest_and_the_largest_codes(string name)
    {
        BuiltModel built = models[name];
        int largest = built.Model.Config.CodebookSize - 1;
        var extremes = FrameStream.Of([.. Enumerable.Range(0, 8).Select(t =>
            Enumerable.Range(0, BuiltModel.SpaceLayers).Select(l => (ushort)((t & 4) != 0 ? (t + l) % 2 * largest : t % 2 * largest)).ToArray())]);
        RequireAgreement(built, "extremes", extremes);
    }

    [Fact]
    public void Every_node_agrees_when_the_number_of_layers_changes_from_frame_to_frame()
    {
        BuiltModel light = models.Light;
        FrameStream real = FrameStream.Golden(1, BuiltModel.SpaceLayers);
        // 1, 16, 2, 15, ...: every number, in jumps as large as they get.
        RequireAgreement(light, "layers-real", real.WithLayers(t => t % 2 == 0 ? 1 + t / 2 % BuiltModel.SpaceLayers : BuiltModel.SpaceLayers - t / 2 % BuiltModel.SpaceLayers));
        RequireAgreement(light, "layers-random", FrameStream.Random(2, RandomFrames, light.Model.Config.CodebookSize, (random, _) => random.Next(1, BuiltModel.SpaceLayers + 1)));
    }

    [Fact]
    public void Every_node_of_the_meter_agrees_when_a_stream_carries_layers_that_it_does_not_read()
    {
        BuiltModel meter = models.Meter;
        int used = meter.Model.Config.NumQuantizers;
        FrameStream real = FrameStream.Golden(1, BuiltModel.SpaceLayers);
        short[] many = RequireAgreement(meter, "layers-real", real.WithLayers(t => used + t % (BuiltModel.SpaceLayers - used + 1)));
        short[] few = RequireAgreement(meter, "layers-used", real.WithLayers(_ => used));
        Assert.Equal(few, many);
    }

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void Every_golden_clip_decodes_to_the_same_samples(string name)
    {
        BuiltModel built = models[name];
        string program = Tools.Link("gcc", built, "whole-clips", ["-std=c99", "-O2", .. built.ModelOptions], [.. built.Library, Tools.CFile("emitted/stream.c")]);
        Tools.Each(Enumerable.Range(0, FrameStream.GoldenClips), clip =>
        {
            FrameStream stream = FrameStream.Golden(clip, BuiltModel.SpaceLayers);
            short[] expected = built.GoldenSamples(clip), actual = stream.DecodeWith(program, built.NewScratchFolder($"clip{clip}"));
            Assert.Equal(stream.Frames.Length * built.Model.Config.SamplesPerToken, actual.Length);
            int first = expected.AsSpan().CommonPrefixLength(actual);
            Assert.True(first == actual.Length && first == expected.Length, $"Clip {clip} differs first in sample {first} of {expected.Length}.");
            Assert.True(actual.Max(Math.Abs) > 1000, $"Clip {clip} is silent.");
        });
    }

    /// <summary>The conformance program that is emitted, not a program of the tests, decodes and traces.</summary>
    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void The_emitted_conformance_program_traces_what_the_oracle_traces(string name)
    {
        BuiltModel built = models[name];
        FrameStream stream = FrameStream.Golden(2, BuiltModel.SpaceLayers);
        string program = Tools.Link("clang", built, "traced-conformance", [.. Tools.Strict, "-O1", "-DQ3E_TRACE"], [.. built.Library, built.ConformanceProgram]);
        string codes = built.InScratch("conformance.codes"), pcm = built.InScratch("conformance.pcm");
        stream.WriteCodes(codes);
        Tools.Run(program, ["decode", codes, "16", pcm], built.Scratch);
        var expected = new List<TraceEntry>();
        short[] samples = stream.DecodeWith(new IntegerOracle(built.Program), expected);
        TraceAgreement.Require(built.Program, expected, TraceFile.Read(pcm + ".trace"));
        Assert.Equal(samples, FrameStream.ReadSamples(pcm));
    }

    private static short[] RequireAgreement(BuiltModel built, string name, FrameStream stream)
    {
        string program = built.InScratch("traced-stream"), folder = built.NewScratchFolder("traced-" + name);
        if (!File.Exists(program))
            Tools.Link("gcc", built, "traced-stream", [.. Tools.Strict, "-O2", "-DQ3E_TRACE", .. built.ModelOptions], [.. built.Library, Tools.CFile("emitted/stream.c")]);
        short[] actual = stream.DecodeWith(program, folder);
        var expected = new List<TraceEntry>();
        short[] samples = stream.DecodeWith(new IntegerOracle(built.Program), expected);
        List<TraceRecord> records = TraceFile.Read(Path.Combine(folder, "traced-stream.pcm.trace"));
        Assert.True(records.Count >= stream.Frames.Length * built.Program.Operations.Count, $"{records.Count} records for {stream.Frames.Length} frames of {built.Program.Operations.Count} operations.");
        TraceAgreement.Require(built.Program, expected, records);
        Assert.Equal(samples, actual);
        return actual;
    }
}
