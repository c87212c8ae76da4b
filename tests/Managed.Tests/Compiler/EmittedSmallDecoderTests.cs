using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>Graphs of other sizes than the built-in models', emitted, compiled and run: their samples are those of the integer oracle.</summary>
public class EmittedSmallDecoderTests
{
    private const int Frames = 12;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(false, 40, 128, 3, 25, WeightLayout.Rows)]
    [InlineData(true, 33, 256, 1, 200, WeightLayout.Rows)]
    [InlineData(true, 33, 256, 1, 200, WeightLayout.Blocked)]
    [InlineData(false, 512, 1024, 2, 25, WeightLayout.Blocked)]
    [InlineData(true, 33, 256, 1, 200, WeightLayout.Pairs)]
    [InlineData(false, 40, 128, 3, 25, WeightLayout.Pairs)]
    public void A_compiled_decoder_gives_the_samples_of_the_oracle(bool concatenate, int hop, int transform, int taps, double threshold, WeightLayout layout)
    {
        var decoder = new SmallDecoder { Concatenate = concatenate, Hop = hop, TransformLength = transform, ConvTaps = taps, DepthwiseTaps = taps };
        int hops = decoder.Hops;
        Graph graph = decoder.Build();
        LoweredGraph lowered = decoder.Lower(graph, new LoweringOptions { ActivationSqnr = threshold });
        var space = new TokenSpace(new byte[32]);
        var description = new ModelDescription("small", 8000, hops * hop, hop, 0, concatenate ? 3 : 1, 3, 3, SmallDecoder.Entries, space);
        var source = new ModelSource(description, lowered.Program, MemoryPlan.Of(lowered.Program), "emitted by a test", layout);
        ushort[] codes = Array.ConvertAll(SmallDecoder.CodesOf(Frames, 5).Data, c => (ushort)c);
        var clip = new TokenClip(space, 3, 4, new FrameRate(8000, hops * hop), codes, Frames * hops * hop, 0);
        var oracle = new IntegerOracle(lowered.Program);
        short[] expected = [.. Enumerable.Range(0, Frames).SelectMany(f => oracle.DecodeFrame(clip.Frame(f)))];

        string folder = Directory.CreateTempSubdirectory("q3e small ").FullName;
        try
        {
            EmittedFolder.Write(folder, source);
            EmittedFolder.Text(folder, "conformance/vectors.h", ConformanceSource.Vectors(source.Names, clip, 0, 0, 3));
            File.WriteAllBytes(Path.Combine(folder, "codes"), MemoryMarshal.AsBytes<ushort>(codes).ToArray());
            string program = new LibraryBuild(CCompiler.Require(), folder, source.Names).Conformance("run", "-O1");
            ChildProcess.Result run = ChildProcess.Run(program, ["decode", "codes", "3", "pcm"], folder, Limit);

            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Equal(expected, MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(Path.Combine(folder, "pcm"))).ToArray());
            Assert.Contains(expected, s => s != 0);

            // With lost frames, the first and bursts among them.
            (ushort[] received, short[] concealed) = Lossy(lowered.Program, clip);
            File.WriteAllBytes(Path.Combine(folder, "received"), MemoryMarshal.AsBytes<ushort>(received).ToArray());
            run = ChildProcess.Run(program, ["decode", "received", "3", "concealed"], folder, Limit);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Equal(concealed, MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(Path.Combine(folder, "concealed"))).ToArray());

            // Frame by frame and hop by hop.
            string[] words = ChildProcess.Run(program, [], folder, Limit).Output.Split(' ', StringSplitOptions.TrimEntries);
            Assert.Equal(words[1], words[2]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Codes in which the conformance program's marks (65535: silence, 65534: noise) stand for lost frames, and what the oracle makes of them.
    private static (ushort[] Received, short[] Samples) Lossy(IntegerProgram program, TokenClip clip)
    {
        var random = new Random(3);
        var oracle = new IntegerOracle(program);
        ushort[] received = clip.Codes.ToArray();
        List<short> samples = [];
        for (int f = 0; f < clip.Frames; f++)
        {
            bool lost = f == 0 || (f > 2 && random.Next(2) == 0), noise = random.Next(2) == 0;
            samples.AddRange(lost ? oracle.ConcealFrame(noise) : oracle.DecodeFrame(clip.Frame(f)));
            received[f * clip.Layers] = lost ? (ushort)(noise ? 65534 : 65535) : received[f * clip.Layers];
        }

        return (received, [.. samples]);
    }
}
