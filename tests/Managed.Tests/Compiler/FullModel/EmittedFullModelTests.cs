using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Verification;
using Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Compiler.FullModel;

/// <summary>The small full-size decoder as C: compiled, run, and compared with the integer oracle.</summary>
public sealed class EmittedFullModelTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private readonly string _folder = Directory.CreateTempSubdirectory("q3e full ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(WeightLayout.Rows, 25, "decode_random", 16)]
    [InlineData(WeightLayout.Blocked, 25, "decode_random", 5)]
    [InlineData(WeightLayout.Blocked, 200, "noise", 16)]
    [InlineData(WeightLayout.Blocked, -100, "one_sample", 1)]
    public void Every_operation_of_the_compiled_decoder_gives_the_values_of_the_oracle(WeightLayout layout, double threshold, string name, int layers)
    {
        FullModelSource full = FullModelPrograms.Emit("tiny", layout, new LoweringOptions { ActivationSqnr = threshold });
        ushort[] codes = [.. Qwen3Golden.Codes("tiny", name).Chunk(16).SelectMany(f => f.Take(layers))];
        List<TraceEntry> expected = [];
        short[] samples = FullModelPrograms.Decode(full, codes, layers, expected);

        (short[] actual, List<TraceRecord> trace) = Run(full, codes, layers, "-O2", "-DQ3E_TRACE");

        Assert.Equal(expected.Select(e => e.Name), trace.Select(r => r.Name));
        for (int i = 0; i < trace.Count; i++)
        {
            Assert.True(trace[i].Data.Span.SequenceEqual(expected[i].Data), $"{trace[i].Name} differs in frame {i / full.Lowered.Program.Operations.Count}.");
        }

        Assert.Equal(samples, actual);
        Assert.Contains(samples, s => Math.Abs((int)s) > 1000);
    }

    /// <summary>Arenas to the byte, under sanitizers: the first step outside would be seen.</summary>
    [Theory]
    [InlineData("gcc", "-O3")]
    [InlineData("clang", "-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")]
    public void Every_set_of_kernels_and_every_split_gives_the_samples_of_single_frames(string compiler, params string[] flags)
    {
        FullModelSource full = FullModelPrograms.TinyInBlocks;
        EmittedFolder.Write(_folder, full.Source);
        string stem = full.Source.Names.Stem;
        string[] kernels = Directory.GetFiles(Path.Combine(_folder, "src", "kernels"), "*.c");
        string[] sources = [.. kernels, $"src/{stem}.c", $"src/{stem}_weights.S", TestData.Path("../Native.Tests/c/emitted/frames.c")];
        string[] options = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Iinclude", "-Isrc", "-Isrc/kernels", .. flags, $"-DMODEL_HEADER=\"{stem}.h\"", $"-DMODEL={full.Source.Names.Descriptor}", .. sources, "-o", "frames"];

        Require(ChildProcess.Run(compiler, options, _folder, Limit));
        Assert.StartsWith("ok ", Require(ChildProcess.Run(Path.Combine(_folder, "frames"), [], _folder, Limit)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_conformance_program_agrees_by_frames_and_by_hops_and_lost_frames_are_refused()
    {
        FullModelSource full = FullModelPrograms.Tiny;
        ushort[] codes = Qwen3Golden.Codes("tiny", "noise");
        Run(full, codes, 16, "-O2");

        string[] words = ChildProcess.Run(Path.Combine(_folder, "run"), [], _folder, Limit).Output.Split(' ', StringSplitOptions.TrimEntries);
        Assert.Equal(words[1], words[2]);
        codes[0] = 65535;
        File.WriteAllBytes(Path.Combine(_folder, "codes"), MemoryMarshal.AsBytes<ushort>(codes).ToArray());
        ChildProcess.Result lost = ChildProcess.Run(Path.Combine(_folder, "run"), ["decode", "codes", "16", "pcm"], _folder, Limit);
        Assert.Equal(1, lost.ExitCode);
        Assert.Contains("conceals no frames", lost.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_model_emits_the_same_bytes()
    {
        FullModelSource again = FullModelPrograms.Emit("tiny", WeightLayout.Rows);

        Assert.Equal(FullModelPrograms.Tiny.Source.Source, again.Source.Source);
        Assert.Equal(FullModelPrograms.Tiny.Source.Weights.Binary(), again.Source.Weights.Binary());
    }

    private (short[] Samples, List<TraceRecord> Trace) Run(FullModelSource full, ushort[] codes, int layers, params string[] flags)
    {
        var clip = new TokenClip(new TokenSpace(new byte[32]), layers, 11, new FrameRate(24000, 1920), codes, codes.Length / layers * 1920, 0);
        EmittedFolder.Write(_folder, full.Source);
        EmittedFolder.Text(_folder, "conformance/vectors.h", ConformanceSource.Vectors(full.Source.Names, clip, 0, 0, 1));
        File.WriteAllBytes(Path.Combine(_folder, "codes"), MemoryMarshal.AsBytes<ushort>(codes).ToArray());
        string program = new LibraryBuild(CCompiler.Require(), _folder, full.Source.Names).Conformance("run", flags);
        Require(ChildProcess.Run(program, ["decode", "codes", $"{layers}", "pcm"], _folder, Limit));
        short[] samples = MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(Path.Combine(_folder, "pcm"))).ToArray();
        string trace = Path.Combine(_folder, "pcm.trace");
        return (samples, File.Exists(trace) ? TraceFile.Read(trace) : []);
    }

    private static string Require(ChildProcess.Result result)
    {
        Assert.True(result.ExitCode == 0, $"status {result.ExitCode}: {result.Output}{result.Error}");
        return result.Output;
    }
}
