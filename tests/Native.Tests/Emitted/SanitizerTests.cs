using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>Clean under AddressSanitizer, UndefinedBehaviorSanitizer and valgrind.</summary>
public sealed class SanitizerTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    private static readonly string[] Sanitizers = ["-std=c99", "-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

    // Beyond the standard: wrapping in unsigned arithmetic is defined and meant (the oscillator's phase), narrowing of a value that does not fit is not.
    private static readonly string[] Conversions = ["-fsanitize=implicit-signed-integer-truncation,integer-divide-by-zero,local-bounds"];

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void Conformance_vectors_are_clean_under_sanitizers(string model) => Tools.Each(Tools.Compilers, compiler =>
    {
        BuiltModel built = models[model];
        string program = Tools.Link(compiler, built, $"sanitized-{compiler}", OptionsOf(compiler), [.. built.Library, built.ConformanceProgram]);
        built.RequireStoredChecksums(program);
    });

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void A_real_clip_in_an_arena_without_a_spare_byte_is_clean_under_sanitizers(string model)
    {
        BuiltModel built = models[model];
        FrameStream stream = FrameStream.Golden(3, BuiltModel.SpaceLayers).WithLayers(t => built.Model.MinLayers + t % (BuiltModel.SpaceLayers - built.Model.MinLayers + 1));
        short[] expected = stream.DecodeWith(new IntegerOracle(built.Program));
        Tools.Each(Tools.Compilers, compiler =>
        {
            string program = Tools.Link(compiler, built, $"sanitized-stream-{compiler}", [.. OptionsOf(compiler), .. built.ModelOptions], [.. built.Library, Tools.CFile("emitted/stream.c")]);
            Assert.Equal(expected, stream.DecodeWith(program, built.Scratch));
        });
    }

    [Fact]
    public void Conformance_vectors_are_clean_under_valgrind() => Tools.Each([models.Light, models.Meter], built =>
    {
        string program = Tools.Link("gcc", built, "valgrind", ["-std=c99", "-O1", "-g"], [.. built.Library, built.ConformanceProgram]);
        (uint all, _, uint concealed, uint? encoder) = built.StoredChecksums();
        string output = Tools.Run("valgrind", ["-q", "--error-exitcode=9", program], built.Scratch);
        Assert.Contains($"{all:x8}", output, StringComparison.Ordinal);
        Assert.Contains($"concealed {concealed:x8}", output, StringComparison.Ordinal);
        Assert.Contains(encoder is null ? "" : $"encoder {encoder:x8}", output, StringComparison.Ordinal);
    });

    /// <summary>Loudest and quietest samples among them: what saturates or divides by a small variance.</summary>
    [Fact]
    public void Encoding_is_clean_under_sanitizers() => Tools.Each(Tools.Compilers, compiler =>
    {
        BuiltModel light = models.Light;
        string program = Tools.Link(compiler, light, $"sanitized-encoder-{compiler}", OptionsOf(compiler), [.. light.Library, light.ConformanceProgram]);
        foreach (SampleStream stream in (SampleStream[])[SampleStream.Golden(3), SampleStream.SquareWave(8000), SampleStream.Noise(8001), SampleStream.Silence(3000)])
        {
            Assert.Equal(stream.EncodeWith(new IntegerEncoderOracle(light.Encoder.Program), light.Encoder, BuiltModel.SpaceLayers), stream.EncodeWith(program, BuiltModel.SpaceLayers, light.Scratch));
        }
    });

    [Fact]
    public void Encoding_is_clean_under_valgrind()
    {
        BuiltModel light = models.Light;
        string program = Tools.Link("gcc", light, "valgrind-encoder", ["-std=c99", "-O1", "-g"], [.. light.Library, light.ConformanceProgram]);
        string pcm = program + ".pcm", codes = program + ".codes";
        SampleStream.Noise(2000).Write(pcm);
        Tools.Run("valgrind", ["-q", "--error-exitcode=9", "--leak-check=full", program, "encode", pcm, "16", codes], light.Scratch);
        // 2000 samples and the delay of 832 fill two frames and a part of a third.
        Assert.Equal(3 * BuiltModel.SpaceLayers * sizeof(ushort), new FileInfo(codes).Length);
    }

    /// <summary>An arena from malloc is undefined memory to valgrind: nothing may depend on what it held.</summary>
    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void A_frame_in_undefined_memory_is_clean_under_valgrind(string model)
    {
        BuiltModel built = models[model];
        string program = Tools.Link("gcc", built, "valgrind-stream", ["-std=c99", "-O1", "-g", .. built.ModelOptions], [.. built.Library, Tools.CFile("emitted/stream.c")]);
        string frames = program + ".frames", pcm = program + ".pcm";
        FrameStream.Random(9, 6, built.Model.Config.CodebookSize, (_, t) => built.Model.MinLayers + t).Write(frames);
        Tools.Run("valgrind", ["-q", "--error-exitcode=9", "--leak-check=full", program, frames, pcm], built.Scratch);
        Assert.Equal(6 * built.Model.Config.SamplesPerToken, FrameStream.ReadSamples(pcm).Length);
    }

    private static string[] OptionsOf(string compiler) => compiler == "clang" ? [.. Sanitizers, .. Conversions] : Sanitizers;
}
