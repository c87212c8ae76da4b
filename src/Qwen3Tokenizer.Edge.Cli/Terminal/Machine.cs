using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>One thing that the tool uses.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Found">Whether it is here.</param>
/// <param name="Essential">Whether nothing works without it.</param>
/// <param name="Detail">Version, place, or what does not work without it.</param>
/// <param name="Install">The line that installs it; null where there is nothing to install.</param>
internal sealed record Finding(string Name, bool Found, bool Essential, string Detail, string? Install = null);

/// <summary>What the machine has.</summary>
internal static class Machine
{
    private const string Reinstall = "dotnet tool update --global Qwen3Tokenizer.Edge.Cli";

    /// <summary>Looks at everything.</summary>
    public static IReadOnlyList<Finding> Examine()
    {
        var findings = new List<Finding>
        {
            new("q3edge", true, true, VersionText.Value),
            new(".NET", true, true, $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}"),
            new("processor", true, false, $"{Environment.ProcessorCount} logical, {string.Join(", ", Features())}"),
        };
        findings.AddRange(BuiltInModels.Names.Select(Model));
        findings.Add(Shipped("quickstart clip", QuickstartClip));
        findings.Add(CCompiler.Find() is { } compiler
            ? new Finding("C compiler", true, false, $"{compiler.Version}, {compiler.Path}")
            : new Finding("C compiler", false, false, "build and the native engine need one; decode falls back to float", Advice("gcc libc6-dev", "gcc")));
        findings.Add(AudioFile.SndfileVersion is { } sndfile
            ? new Finding("libsndfile", true, false, $"{sndfile}: FLAC, OGG and MP3 can be read")
            : new Finding("libsndfile", false, false, "only WAV can be read", Advice("libsndfile1", "libsndfile")));
        findings.AddRange(OnnxRuntimeFindings.Examine());
        findings.Add(Board.Names.Count > 0
            ? new Finding("boards", true, false, string.Join(", ", Board.Names))
            : new Finding("boards", false, false, "nothing can be built", Reinstall));
        findings.AddRange(CrossTools.Examine());
        findings.Add(Cache());
        return findings;
    }

    /// <summary>The clip that quickstart begins with.</summary>
    public static string QuickstartClip { get; } = Path.Combine(AppContext.BaseDirectory, "Data", "clips", "quickstart.wav");

    private static Finding Model(string name)
    {
        string path = BuiltInModels.PathOf(name);
        try
        {
            var config = EdgeModelConfig.Load(path);
            long bytes = new FileInfo(config.WeightsPath).Length;
            return new Finding($"model {name}", true, true, $"{Units.Bytes(bytes)}, {Units.Rate(config.SampleRate)}, {config.NumQuantizers} layers");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModelFormatException)
        {
            return new Finding($"model {name}", false, true, Failure.Describe(e), Reinstall);
        }
    }

    private static Finding Shipped(string name, string path) =>
        File.Exists(path) ? new Finding(name, true, false, path) : new Finding(name, false, false, $"{path} is not there", Reinstall);

    private static Finding Cache()
    {
        string folder = BuildCache.Folder;
        try
        {
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, $".{Guid.NewGuid():N}.probe");
            new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
            return new Finding("cache folder", true, false, folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Finding("cache folder", false, false, $"{folder} cannot be written, so built libraries cannot be kept: name another in Q3E_CACHE");
        }
    }

    private static string Advice(string debian, string homebrew) =>
        OperatingSystem.IsMacOS() ? $"brew install {homebrew}" : $"apt-get install {debian}";

    private static IEnumerable<string> Features()
    {
        (string Name, bool Has)[] features =
        [
            ("AVX2", Avx2.IsSupported), ("AVX-512BW", Avx512BW.IsSupported), ("AVX-VNNI", AvxVnni.IsSupported),
            ("AdvSIMD", AdvSimd.IsSupported), ("dot product", Dp.IsSupported),
        ];
        return features.Where(f => f.Has).Select(f => f.Name).DefaultIfEmpty("no vector extension that the kernels use");
    }
}
