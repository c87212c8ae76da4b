namespace Qwen3Tokenizer.Edge.Compiler;

/// <summary>An output folder that appears whole or not at all.</summary>
internal static class OutputFolder
{
    private const string Mark = "report.json";

    /// <summary>Refuses a target that holds something other than an earlier build.</summary>
    public static void RequireUsable(string target)
    {
        if (File.Exists(target))
        {
            throw new BuildException($"{target}: is a file; the output must be a folder.");
        }

        if (Path.TrimEndingDirectorySeparator(target) == Path.TrimEndingDirectorySeparator(Environment.CurrentDirectory))
        {
            throw new BuildException($"{target}: is the current folder, which a build would replace; name a folder inside it.");
        }

        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any() && !IsBuild(target))
        {
            throw new BuildException($"{target}: is not empty and not an earlier build (it has no {Mark} of one); choose another folder.");
        }
    }

    /// <summary>Whether a folder holds a build: its report says so, since other tools write files of that name too.</summary>
    public static bool IsBuild(string folder) => BuildCache.TryReadCrc(folder, out _);

    /// <summary>A new folder on the same file system, so that it can become the target by renaming.</summary>
    public static string CreateBeside(string target)
    {
        string work = $"{Path.TrimEndingDirectorySeparator(target)}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(work);
            return work;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BuildException($"{target}: cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Puts the finished folder in place of the target; the target is as it was where that fails.</summary>
    /// <exception cref="BuildException">The file system refuses.</exception>
    public static void Replace(string target, string work)
    {
        target = Path.TrimEndingDirectorySeparator(target);
        string old = work + ".old";
        try
        {
            if (Directory.Exists(target))
            {
                Directory.Move(target, old);
            }

            Directory.Move(work, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another process may have finished the same build first: its bytes are the same.
            if (!IsBuild(target))
            {
                if (Directory.Exists(old) && !Directory.Exists(target))
                {
                    Directory.Move(old, target);
                }

                throw new BuildException($"{target}: cannot be replaced by the finished build: {e.Message} Choose a new folder.", e);
            }
        }

        Remove(old);
    }

    /// <summary>Builds in a folder beside the target, which takes the target's place when the build succeeded.</summary>
    /// <param name="outputFolder">New, empty, or an earlier build's.</param>
    /// <param name="build">Builds into the folder that it is given.</param>
    /// <exception cref="BuildException">The target cannot be used, or the build failed.</exception>
    public static BoardBuildResult Fill(string outputFolder, Func<string, BoardBuildResult> build)
    {
        string target = Path.GetFullPath(outputFolder);
        RequireUsable(target);
        string work = CreateBeside(target);
        try
        {
            BoardBuildResult result = build(work);
            Replace(target, work);
            return result.MovedTo(target);
        }
        finally
        {
            Remove(work);
        }
    }

    /// <summary>Removes a folder if it is there.</summary>
    public static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
