using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>Gets ONNX Runtime's native library from the npm package onnxruntime-node, whose maker is ONNX Runtime's own, into the user's cache.</summary>
internal static class OnnxRuntimeInstall
{
    /// <summary>The package; npm's own word for a package of a version.</summary>
    public const string Package = "onnxruntime-node@1.30.0";

    // What the archive of that version is: another one is not what was tried and measured.
    private const string ArchiveSha256 = "6e3390d6b783e7be946fad629292799da28d0b42f84856e50d2c1b0383291e75";
    private const long ArchiveBytes = 113_507_888;
    private const long MaxLibraryBytes = 200_000_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    /// <summary>The part of the package for this machine, and which of its files to keep under which name; null where it has none.</summary>
    private static readonly (string Folder, (string From, string To)[] Files)? Part =
        (OperatingSystem.IsWindows(), OperatingSystem.IsMacOS(), OperatingSystem.IsLinux(), RuntimeInformation.ProcessArchitecture) switch
        {
            (true, _, _, Architecture.X64 or Architecture.Arm64) => ("win32/" + Processor, [("onnxruntime.dll", "onnxruntime.dll")]),
            (_, true, _, Architecture.Arm64) => ("darwin/" + Processor, [("libonnxruntime.1.dylib", "libonnxruntime.dylib")]),
            (_, _, true, Architecture.X64 or Architecture.Arm64) => ("linux/" + Processor, [("libonnxruntime.so.1", "libonnxruntime.so.1")]),
            _ => null,
        };

    private static string Processor => RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>Where the library is put; the binding looks there.</summary>
    public static string Folder { get; } = Path.Combine(BuildCache.Folder, "onnxruntime",
        $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{Processor}");

    /// <summary>Gets the package with npm, checks it, and puts the library in place.</summary>
    /// <returns>The SHA-256 of the archive that was got, and the library's file.</returns>
    /// <exception cref="CliException">npm is not there, the package cannot be had, or it is not what it should be; what was there before stays.</exception>
    public static (string Sha256, string Library) Run()
    {
        if (Part is not { } part)
            throw new CliException($"{Package} has no library for {RuntimeInformation.RuntimeIdentifier}: build one and name it in Q3E_ONNXRUNTIME.");

        string npm = CCompiler.PathOf(OperatingSystem.IsWindows() ? "npm.cmd" : "npm")
            ?? throw new CliException($"npm, which gets {Package}, is not installed: install Node.js ({(OperatingSystem.IsMacOS() ? "brew install node" : OperatingSystem.IsWindows() ? "winget install OpenJS.NodeJS" : "apt-get install npm")}), or name a library in Q3E_ONNXRUNTIME.");
        string parent = Path.GetDirectoryName(Folder)!, beginning = "." + Path.GetFileName(Folder);
        Directory.CreateDirectory(parent);
        using UnfinishedFolders watch = UnfinishedFolders.Watch(parent, beginning);
        string work = Path.Combine(parent, $"{beginning}-{Guid.NewGuid():N}.tmp");
        Directory.CreateDirectory(work);
        try
        {
            string archive = WorkProgress.Run($"Getting {Package}", progress => Download(npm, work, progress));
            string sha256 = Checksum(archive);
            string kept = Path.Combine(work, "kept");
            WorkProgress.Run("Unpacking", _ => Unpack(archive, part.Folder, part.Files, kept));
            Place(kept, work);
            return (sha256, Path.Combine(Folder, part.Files[0].To));
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static string Download(string npm, string work, WorkProgress progress)
    {
        // npm fills its cache, then copies from it: with a cache of its own, what is in the folder tells how far it is, and nothing is left behind.
        using var timer = new Timer(_ => progress.Report(Math.Min(1, FolderBytes(work) / (2.0 * ArchiveBytes))), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(250));
        ChildProcess.Result result = ChildProcess.Run(npm, ["pack", Package, "--pack-destination", work, "--cache", Path.Combine(work, "npm"), "--loglevel", "error", "--no-update-notifier"], work, Limit);
        string? archive = Directory.EnumerateFiles(work, "*.tgz").FirstOrDefault();
        if (result.ExitCode == 0 && archive is not null)
            return archive;

        string[] said = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        throw new CliException($"npm cannot get {Package}: {said.FirstOrDefault(line => !line.Contains("error code", StringComparison.Ordinal)) ?? $"it ended with status {result.ExitCode}"}");
    }

    private static long FolderBytes(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file went away while it was looked at.
            return 0;
        }
    }

    private static string Checksum(string archive)
    {
        using FileStream file = File.OpenRead(archive);
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
        return sha256 == ArchiveSha256 ? sha256
            : throw new CliException($"what npm got for {Package} has SHA-256 {sha256}, not {ArchiveSha256}: it was not installed.");
    }

    private static void Unpack(string archive, string folder, (string From, string To)[] files, string target)
    {
        Directory.CreateDirectory(target);
        using FileStream file = File.OpenRead(archive);
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        int found = 0;
        while (found < files.Length && tar.GetNextEntry() is { } entry)
        {
            string? to = files.FirstOrDefault(f => entry.Name == $"package/bin/napi-v6/{folder}/{f.From}").To;
            if (to is null || entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.Length > MaxLibraryBytes)
                continue;
            entry.ExtractToFile(Path.Combine(target, to), overwrite: false);
            found++;
        }

        if (found < files.Length)
            throw new CliException($"{Package} does not have {string.Join(", ", files.Select(f => f.From))} in bin/napi-v6/{folder}.");
    }

    // The folder appears at once and whole; one that is in use stays with who uses it.
    private static void Place(string kept, string work)
    {
        string replaced = Path.Combine(work, "replaced");
        if (Directory.Exists(Folder))
            Directory.Move(Folder, replaced);
        try
        {
            Directory.Move(kept, Folder);
        }
        catch when (Directory.Exists(replaced))
        {
            Directory.Move(replaced, Folder);
            throw;
        }
    }
}
