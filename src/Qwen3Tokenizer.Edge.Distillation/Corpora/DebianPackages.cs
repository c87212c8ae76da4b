using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Gets Debian packages with the system's own tools and unpacks them into a folder; nothing is installed, and no rights are needed.</summary>
public static class DebianPackages
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    /// <summary>Downloads and unpacks a package, unless it is there.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="folder">Folder in which its own folder is made.</param>
    /// <returns>The folder with its files, and its version.</returns>
    /// <exception cref="CorpusException">A tool is missing or says no.</exception>
    public static (string Folder, string Version) Get(string name, string folder)
    {
        // The tools run in folders of their own, where a relative path would mean another place.
        folder = Directory.CreateDirectory(folder).FullName;
        string target = Path.Combine(folder, name), versionFile = Path.Combine(folder, name + ".version"), partial = target + ".tmp";
        if (Directory.Exists(target) && File.Exists(versionFile))
            return (target, File.ReadAllText(versionFile));

        string download = Path.Combine(folder, name + ".download.tmp");
        Recreate(download);
        Run("apt-get", ["download", name], download, "it comes with Debian and its relatives, elsewhere prepare a folder of recordings with q3edge corpus prepare");
        string archive = Directory.EnumerateFiles(download, "*.deb").FirstOrDefault()
            ?? throw new CorpusException($"apt-get download {name}: left no package.");
        Recreate(partial);
        Run("dpkg", ["-x", archive, partial], folder, "it comes with Debian and its relatives");

        // Names of packages are NAME_VERSION_ARCHITECTURE.deb, with the colon of an epoch as %3a.
        string[] parts = Path.GetFileName(archive).Split('_');
        string version = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "";
        Directory.Delete(download, recursive: true);
        if (Directory.Exists(target))
            Directory.Delete(target, recursive: true);
        Directory.Move(partial, target);
        File.WriteAllText(versionFile, version);
        return (target, version);
    }

    private static void Recreate(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
    }

    private static void Run(string program, string[] arguments, string folder, string advice)
    {
        ChildProcess.Result result;
        try
        {
            result = ChildProcess.Run(program, arguments, folder, Limit);
        }
        catch (BuildException e)
        {
            throw new CorpusException($"{program}: was not found or did not end; {advice} ({e.Message})", e);
        }

        if (result.ExitCode != 0)
        {
            string reason = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? $"exit status {result.ExitCode}";
            throw new CorpusException($"{program} {string.Join(' ', arguments)}: {reason} (apt-get update may help).");
        }
    }
}
