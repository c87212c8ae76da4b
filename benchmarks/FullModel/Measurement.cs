using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Verification;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Benchmarks.FullModel;

/// <summary>Compiles and runs what was emitted.</summary>
internal static class Measurement
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    /// <summary>The speed program; the conformance program for traces stands beside it.</summary>
    public static string Compile(string folder, CNames names)
    {
        string[] sources = [.. Directory.GetFiles(Path.Combine(folder, "src", "kernels"), "*.c"), $"src/{names.Stem}.c", $"src/{names.Stem}_weights.S"];
        string harness = Path.Combine(AppContext.BaseDirectory, "full_decoder.c");
        Run("gcc", ["-std=c99", "-Wall", "-Wextra", "-Werror", "-O3", "-Iinclude", "-Isrc", "-Isrc/kernels", $"-DMODEL_HEADER=\"{names.Stem}.h\"", $"-DMODEL={names.Descriptor}", harness, .. sources, "-o", "full_decoder"], folder);
        return Path.Combine(folder, "full_decoder");
    }

    /// <summary>Prints every operation's bits and its ratio to the noise against float.</summary>
    public static void Noise(string folder, FullModelSource full, ushort[] codes)
    {
        int layers = full.Source.Model.MaxLayers, frames = codes.Length / layers;
        var clip = new TokenClip(full.Source.Model.Space, layers, 11, new FrameRate(full.Source.Model.SampleRate, full.Source.Model.FrameSamples), codes, frames * full.Source.Model.FrameSamples, 0);
        EmittedFolder.Text(folder, "conformance/vectors.h", ConformanceSource.Vectors(full.Source.Names, clip, 0, 0, 1));
        File.WriteAllBytes(Path.Combine(folder, "codes"), MemoryMarshal.AsBytes<ushort>(codes).ToArray());
        string program = new LibraryBuild(CCompiler.Require(), folder, full.Source.Names).Conformance("traced", "-O2", "-DQ3E_TRACE");
        Run(program, ["decode", "codes", FormattableString.Invariant($"{layers}"), "pcm"], folder);
        var input = new FloatTensor(frames, layers, Array.ConvertAll(codes, c => (float)c));
        foreach (LayerNoise layer in LayerNoise.Of(full.Graph, full.Lowered.Program, input, TraceFile.Read(Path.Combine(folder, "pcm.trace"))))
        {
            Console.WriteLine(FormattableString.Invariant($"{layer.Operation,-60} {layer.Bits,2} bits {layer.Sqnr,6:F1} dB"));
        }
    }

    public static string Run(string program, IEnumerable<string> arguments, string folder)
    {
        ChildProcess.Result result = ChildProcess.Run(program, [.. arguments], folder, Limit);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"{program} ended with status {result.ExitCode}: {result.Output}{result.Error}");
    }
}
