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

        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any() && !File.Exists(Path.Combine(target, Mark)))
        {
            throw new BuildException($"{target}: is not empty and not an earlier build (no {Mark}); choose another folder.");
        }
    }

    /// <summary>A new folder on the same file system, so that it can become the target by renaming.</summary>
    public static string CreateBeside(string target)
    {
        string work = $"{target.TrimEnd(Path.DirectorySeparatorChar)}.{Guid.NewGuid():N}.tmp";
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

    /// <summary>Puts the finished folder in place of the target.</summary>
    public static void Replace(string target, string work)
    {
        string? old = null;
        if (Directory.Exists(target))
        {
            old = work + ".old";
            Directory.Move(target, old);
        }

        try
        {
            Directory.Move(work, target);
        }
        catch (IOException) when (old is null && File.Exists(Path.Combine(target, Mark)))
        {
            // Another process finished the same cached build first: its bytes are the same.
        }

        if (old is not null)
        {
            Remove(old);
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
