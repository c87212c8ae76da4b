using System.Globalization;
using System.Reflection;
using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Compiler.Packages;

/// <summary>
/// What every package of an emitted library says of it: the one source of the manifests of all build systems, so that no two of them can drift apart.
/// There are no macros and no libraries in it, because the emitted library needs none: it imports at most memcpy, memmove and memset.
/// </summary>
public sealed record PackageMetadata
{
    /// <summary>SPDX expression of the licence of code and generated text, that of the tool itself.</summary>
    public const string CodeLicence = "Apache-2.0";

    /// <summary>Vendor in the names of systems that want one: letters and digits.</summary>
    public const string Vendor = "Q3E";

    /// <summary>Name of the example folder and of its sketch.</summary>
    public const string ExampleName = "DecodeTokens";

    /// <summary>Names of the model in C.</summary>
    public required CNames Names { get; init; }

    /// <summary>Version of the library, three numbers: that of the tool that emitted it.</summary>
    public required string Version { get; init; }

    /// <summary>Tool name and version.</summary>
    public required string Tool { get; init; }

    /// <summary>One sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>What one should know before taking it; some sentences.</summary>
    public required string Description { get; init; }

    /// <summary>Who makes and maintains it.</summary>
    public required string Maintainer { get; init; }

    /// <summary>Address of the project, or null where the tool was built without one (the MSBuild property RepositoryUrl).</summary>
    public string? Homepage { get; init; }

    /// <summary>Licence and origin of the weights.</summary>
    public required WeightsLicence Weights { get; init; }

    /// <summary>The recording whose codes the conformance vectors are.</summary>
    public required RecordingLicence ConformanceRecording { get; init; }

    /// <summary>C files without the weights, relative to the folder: kernels and networks, in the order of their paths.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Headers of users, relative to the folder.</summary>
    public required IReadOnlyList<string> PublicHeaders { get; init; }

    /// <summary>Headers of the sources, relative to the folder.</summary>
    public required IReadOnlyList<string> PrivateHeaders { get; init; }

    /// <summary>The row of tokens that the example decodes.</summary>
    public required ExampleTokens Example { get; init; }

    /// <summary>Samples of a frame that the example decodes.</summary>
    public required int FrameSamples { get; init; }

    /// <summary>Samples a second that the example decodes.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Name of the library in every system: <c>q3e_edge_meter</c>.</summary>
    public string Name => Names.Descriptor;

    /// <summary>The tensors as assembler source that includes <see cref="WeightsBinary"/>: for toolchains with a GNU assembler.</summary>
    public string WeightsAssembler => $"src/{Names.Stem}_weights.S";

    /// <summary>The tensors as C arrays: for every toolchain, in place of <see cref="WeightsAssembler"/>.</summary>
    public string WeightsC => $"src/{Names.Stem}_weights.c";

    /// <summary>Whether <see cref="WeightsC"/> is there: compilers take minutes for those of a large model.</summary>
    public required bool HasWeightsC { get; init; }

    /// <summary>The tensors as they lie in memory.</summary>
    public string WeightsBinary => $"src/{Names.Stem}.weights";

    /// <summary>Licence files in the folder.</summary>
    public IReadOnlyList<string> LicenceFiles => Weights.Text is null ? ["LICENSE"] : ["LICENSE", WeightsLicence.FileName];

    /// <summary>Words to be found by: lower case.</summary>
    public static IReadOnlyList<string> Keywords { get; } = ["speech", "audio", "codec", "tokens", "int8", "tts"];

    /// <summary>Describes an emitted folder.</summary>
    /// <param name="folder">The folder, as <see cref="EmittedFolder.Write"/> left it.</param>
    /// <param name="weights">Licence and origin of the weights.</param>
    /// <param name="source">What was emitted of it.</param>
    /// <exception cref="BuildException">A file that tells the licences is missing.</exception>
    public static PackageMetadata Of(string folder, WeightsLicence weights, ModelSource source)
    {
        ModelDescription description = source.Model;
        string does = source.Encoder is null ? "Speech from neural tokens" : "Speech from neural tokens and neural tokens from speech";
        string rate = (description.SampleRate / 1000.0).ToString(CultureInfo.InvariantCulture);
        string kilobytes = (source.Weights.Bytes / 1000).ToString(CultureInfo.InvariantCulture);
        Assembly tool = typeof(PackageMetadata).Assembly;
        return new PackageMetadata
        {
            Names = source.Names,
            Version = tool.GetName().Version?.ToString(3) ?? "0.0.0",
            Tool = HostBuild.Tool,
            Summary = $"{does} with integers only: the model {source.Names.Model}, {rate} kHz.",
            Description = $"For 32-bit and larger processors with room for {kilobytes} kB of constant weights. Allocates nothing, has no writable globals, executes no floating point, and gives the same samples on every processor.",
            Maintainer = tool.GetCustomAttribute<AssemblyCompanyAttribute>()?.Company ?? "Qwen3Tokenizer.Edge contributors",
            Homepage = tool.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "RepositoryUrl")?.Value,
            Weights = weights,
            HasWeightsC = File.Exists(Path.Combine(folder, "src", $"{source.Names.Stem}_weights.c")),
            ConformanceRecording = RecordingLicence.OfConformanceVectors(),
            Sources = Files(folder, "src", ".c", f => f != $"src/{source.Names.Stem}_weights.c"),
            PublicHeaders = Files(folder, "include", ".h", _ => true),
            // Headers straight in src that an earlier call wrote only forward to the public ones.
            PrivateHeaders = Files(folder, "src", ".h", f => !File.Exists(Path.Combine(folder, "include", Path.GetFileName(f)))),
            Example = ExampleTokens.Of(description),
            FrameSamples = description.FrameSamples,
            SampleRate = description.SampleRate,
        };
    }

    private static string[] Files(string folder, string below, string extension, Func<string, bool> wanted) =>
        [.. Directory.GetFiles(Path.Combine(folder, below), "*" + extension, SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/')).Where(wanted).Order(StringComparer.Ordinal)];
}
