using Qwen3Tokenizer.Edge.Runtime;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>Several frames a call give the samples of single frames.</summary>
public sealed class FramesTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    private static readonly string[] Sanitizers = ["-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void Any_split_in_any_arena_with_any_kernels_gives_the_samples_of_single_frames(string model) => Tools.Each(Tools.Compilers, compiler =>
    {
        BuiltModel built = models[model];
        string[] options = [.. Tools.Strict, .. compiler == "gcc" ? ["-O3"] : Sanitizers, .. built.ModelOptions];
        string program = Tools.Link(compiler, built, $"frames-{compiler}", options, [.. built.Library, Tools.CFile("emitted/frames.c")]);
        Assert.StartsWith("ok ", Tools.Run(program, [], built.Scratch), StringComparison.Ordinal);
    });

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void A_real_clip_in_calls_of_any_size_gives_the_samples_of_the_oracle(string name)
    {
        using EmittedLibrary library = EmittedLibrary.Load(models[name].Build.LibraryPath);
        EmittedModel model = library.Model(name);
        FrameStream stream = FrameStream.Golden(1, BuiltModel.SpaceLayers);
        ushort[] codes = [.. stream.Frames.SelectMany(frame => frame)];
        var random = new Random(5);

        foreach (int room in (int[])[1, 2, 16, stream.Frames.Length])
        {
            using Decoder decoder = model.CreateDecoder(room);
            var pcm = new short[stream.Frames.Length * model.FrameSamples];
            for (int at = 0, frames; at < stream.Frames.Length; at += frames)
            {
                frames = Math.Min(random.Next(1, 2 * room + 1), stream.Frames.Length - at);
                decoder.DecodeFrames(codes.AsSpan(at * BuiltModel.SpaceLayers, frames * BuiltModel.SpaceLayers), BuiltModel.SpaceLayers, pcm.AsSpan(at * model.FrameSamples));
            }

            Assert.Equal(models[name].GoldenSamples(1), pcm);
        }
    }

    [Fact]
    public void The_arena_for_one_frame_has_the_size_that_it_had_before_and_the_macros_agree_with_the_descriptor()
    {
        foreach ((BuiltModel built, int bytes) in (ReadOnlySpan<(BuiltModel, int)>)[(models.Light, 60_544), (models.Meter, 16_832)])
        {
            using EmittedLibrary library = EmittedLibrary.Load(built.Build.LibraryPath);
            EmittedModel model = library.Model(built.Model.Name);
            string macro = built.Names.ArenaMacro, header = built.Source.Header();

            Assert.Equal(bytes, model.DecoderArenaBytes);
            Assert.Contains($"#define {macro} {model.DecoderArenaBytes}u\n", header, StringComparison.Ordinal);
            Assert.Contains($"#define {macro}_FOR(frames) ({macro} + ((frames) - 1u) * {model.DecoderFrameBytes}u)\n", header, StringComparison.Ordinal);
        }
    }
}
