using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>Encoders of other sizes than the built-in model's, emitted beside a decoder, compiled and run: their codes are those of the integer oracle.</summary>
public class EmittedSmallEncoderTests
{
    private const int Frames = 9, Rest = 17, Delay = 150;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(40, 128, 3)]
    [InlineData(80, 2048, 1)]
    [InlineData(512, 512, 5)]
    public void A_compiled_encoder_gives_the_codes_of_the_oracle(int hop, int transform, int taps)
    {
        var encoder = new SmallEncoder { Hop = hop, TransformLength = transform, Taps = taps };
        var decoder = new SmallDecoder { Hop = hop, TransformLength = 1024 };
        IntegerProgram program = encoder.Lower(encoder.Build()).Program, decoding = decoder.Lower(decoder.Build()).Program;
        var space = new TokenSpace(new byte[32]);
        var description = new ModelDescription("small", 8000, encoder.FrameSamples, hop, 0, 1, 3, 3, SmallDecoder.Entries, space);
        var part = new EncoderPart(program, MemoryPlan.Of(program), 8000, encoder.FrameSamples, Delay, SmallEncoder.Layers);
        var source = new ModelSource(description, decoding, MemoryPlan.Of(decoding), "emitted by a test", encoder: part);
        short[] pcm = [.. encoder.Pcm(Frames + 1, 4).Take(Frames * encoder.FrameSamples + Rest)];
        var oracle = new IntegerEncoderOracle(program);
        ushort[] whole = [.. Enumerable.Range(0, Frames).SelectMany(t => oracle.EncodeFrame(pcm.AsSpan(t * encoder.FrameSamples, encoder.FrameSamples), 3))];
        ushort[] expected = [.. whole, .. oracle.Flush(pcm.AsSpan(^Rest..), Delay, 3).SelectMany(f => f)];

        string folder = Directory.CreateTempSubdirectory("q3e small encoder ").FullName;
        try
        {
            EmittedFolder.Write(folder, source);
            var clip = new TokenClip(space, 3, 4, new FrameRate(8000, encoder.FrameSamples), new ushort[3], encoder.FrameSamples, 0);
            EmittedFolder.Text(folder, "conformance/vectors.h", ConformanceSource.Vectors(source.Names, clip, 0, 0, 3));
            File.WriteAllBytes(Path.Combine(folder, "pcm"), MemoryMarshal.AsBytes<short>(pcm).ToArray());
            string run = new LibraryBuild(CCompiler.Require(), folder, source.Names).Conformance("run", "-O1");
            ChildProcess.Result result = ChildProcess.Run(run, ["encode", "pcm", "3", "codes"], folder, Limit);

            Assert.Equal((0, ""), (result.ExitCode, result.Error));
            Assert.Equal(expected, MemoryMarshal.Cast<byte, ushort>(File.ReadAllBytes(Path.Combine(folder, "codes"))).ToArray());
            Assert.True(expected.Distinct().Count() > 4);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
