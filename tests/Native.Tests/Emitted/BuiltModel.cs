using System.Collections.Concurrent;
using System.Globalization;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>A built-in model, what <see cref="HostBuild.Build"/> made of it, and the integer program behind it.</summary>
/// <param name="Model">The model.</param>
/// <param name="Build">The build.</param>
/// <param name="Program">The program that the emitted C was printed from.</param>
/// <param name="Source">That C source, printed a second time.</param>
/// <param name="Scratch">A folder of the class of tests for what it compiles.</param>
public sealed record BuiltModel(EdgeModel Model, BuildResult Build, IntegerProgram Program, ModelSource Source, string Scratch)
{
    private static readonly string[] Includes = ["include", "src", "src/kernels", "conformance"];

    private readonly ConcurrentDictionary<int, Lazy<short[]>> _golden = new();

    public CNames Names => Source.Names;

    /// <summary>The encoder's program and facts; only of a model that has one.</summary>
    public EncoderPart Encoder => Source.Encoder ?? throw new InvalidOperationException($"{Model.Name} has no encoder.");

    /// <summary>What the integer oracle makes of a golden clip with all layers.</summary>
    internal short[] GoldenSamples(int clip) =>
        _golden.GetOrAdd(clip, c => new Lazy<short[]>(() => FrameStream.Golden(c, SpaceLayers).DecodeWith(new IntegerOracle(Program)))).Value;

    /// <summary>Layers of the token space; the golden clips and the conformance vectors carry all of them.</summary>
    public const int SpaceLayers = 16;

    /// <summary>Options with which a file of the output folder compiles from anywhere.</summary>
    public IEnumerable<string> IncludeOptions => Includes.Select(folder => "-I" + Path.Combine(Build.Folder, folder));

    /// <summary>The kernels' C files, absolute.</summary>
    public IEnumerable<string> Kernels => Directory.GetFiles(Path.Combine(Build.Folder, "src", "kernels"), "*.c").Order(StringComparer.Ordinal);

    /// <summary>The decoder's C file, absolute.</summary>
    public string Network => Path.Combine(Build.Folder, "src", Names.Stem + ".c");

    /// <summary>The encoder's C file, absolute, whether or not there is one.</summary>
    public string EncoderNetwork => Path.Combine(Build.Folder, "src", Names.Stem + "_encoder.c");

    /// <summary>The networks' C files: the decoder's and, where the model has one, the encoder's.</summary>
    public IEnumerable<string> Networks => Source.Encoder is null ? [Network] : [Network, EncoderNetwork];

    /// <summary>The weights as assembler source, absolute.</summary>
    public string Weights => Path.Combine(Build.Folder, "src", Names.Stem + "_weights.S");

    /// <summary>The weights as C arrays, absolute.</summary>
    public string WeightsAsC => Path.Combine(Build.Folder, "src", Names.Stem + "_weights.c");

    /// <summary>The conformance program, absolute.</summary>
    public string ConformanceProgram => Path.Combine(Build.Folder, "conformance", "conformance.c");

    /// <summary>The library's own files.</summary>
    public IEnumerable<string> Library => [.. Kernels, .. Networks, Weights];

    /// <summary>Options that tell the programs in c/emitted which model they are about.</summary>
    public IEnumerable<string> ModelOptions => [$"-DMODEL_HEADER=\"{Names.Stem}.h\"", $"-DMODEL={Names.Descriptor}"];

    /// <summary>The checksums in conformance/crc32.txt: all layers, few layers, with lost frames and, where the model has one, the encoder's codes.</summary>
    public (uint All, uint Few, uint Concealed, uint? Encoder) StoredChecksums()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Build.Folder, "conformance", "crc32.txt"));
        string[] what = [.. lines.Select(line => line[(line.IndexOf(' ') + 1)..])];
        Assert.Equal(Source.Encoder is null ? ["all layers", "4 layers", "concealed"] : ["all layers", "4 layers", "concealed", "encoder"], what);
        return (Hex(lines[0]), Hex(lines[1]), Hex(lines[2]), lines.Length > 3 ? Hex(lines[3]) : null);

        static uint Hex(string line) => uint.Parse(line.Split(' ')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    /// <summary>Runs a conformance program and requires the stored checksums: by frames, by frames and hops in turn, with few layers, with lost frames, and of the encoder's codes.</summary>
    public void RequireStoredChecksums(string program)
    {
        (uint all, uint few, uint concealed, uint? encoder) = StoredChecksums();
        Assert.Equal(all, Build.ConformanceCrc);
        string codes = encoder is null ? "" : $"encoder {encoder:x8}\n";
        // The program fails by itself when its samples or codes do not have the checksums it was compiled with.
        Assert.Equal($"{Model.Name} {all:x8} {all:x8} {few:x8}\nconcealed {concealed:x8}\n{codes}", Tools.Run(program, [], Scratch));
    }

    /// <summary>A path in the scratch folder.</summary>
    public string InScratch(string name) => Path.Combine(Scratch, name);

    /// <summary>A new, empty folder in the scratch folder.</summary>
    public string NewScratchFolder(string name) => Directory.CreateDirectory(InScratch(name)).FullName;
}
