namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>
/// A file being made: written beside its target and renamed by <see cref="Commit"/>, removed when disposed or interrupted before that.
/// It is opened before the work begins, so that a target that cannot be written is told at once and not after minutes.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    /// <summary>The path that stands for standard output.</summary>
    public const string StandardOutput = "-";

    private static readonly Lock Gate = new();
    private static readonly HashSet<string> Unfinished = [];
    private readonly string _target;
    private readonly string? _temporary;

    private OutputFile(string target, string? temporary, Stream stream) => (_target, _temporary, Stream) = (target, temporary, stream);

    /// <summary>Where the bytes go.</summary>
    public Stream Stream { get; }

    /// <summary>Opens a target.</summary>
    /// <param name="path">A path, or <see cref="StandardOutput"/>.</param>
    /// <param name="inputs">Files that must not be overwritten because they are being read.</param>
    /// <exception cref="CliException">The target cannot be written.</exception>
    public static OutputFile Create(string path, params ReadOnlySpan<string> inputs)
    {
        if (path == StandardOutput)
            return new OutputFile(path, null, Console.OpenStandardOutput());

        if (path.Length == 0 || Directory.Exists(path) || Path.EndsInDirectorySeparator(path))
            throw new CliException($"{path}: is a folder, not a file that could be written.");

        string target = Path.GetFullPath(path);
        foreach (string input in inputs)
        {
            if (input.Length > 0 && Path.GetFullPath(input) == target)
                throw new CliException($"{path}: is the input, which would be overwritten; choose another output.");
        }

        try
        {
            if (File.Exists(target) && File.ResolveLinkTarget(target, returnFinalTarget: true) is { } link)
                target = link.FullName;

            // Renaming onto a device would replace it by a file.
            if (target.StartsWith("/dev/", StringComparison.Ordinal))
                return new OutputFile(path, null, new FileStream(target, FileMode.Open, FileAccess.Write));

            string folder = Path.GetDirectoryName(target) ?? target;
            if (!Directory.Exists(folder))
                throw new CliException($"{path}: cannot be written, {(File.Exists(folder) ? $"{folder} is not a folder" : $"there is no folder {folder}")}.");

            // Opening tells of a file that may not be written; renaming over it would not.
            if (File.Exists(target))
                new FileStream(target, FileMode.Open, FileAccess.Write).Dispose();

            string temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
            lock (Gate)
            {
                var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
                Unfinished.Add(temporary);
                return new OutputFile(target, temporary, stream);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{path}: cannot be written: {Reason(e)}");
        }
    }

    /// <summary>Makes a folder for output, with the folders above it.</summary>
    /// <returns>Whether it was not there before.</returns>
    /// <exception cref="CliException">It cannot be made.</exception>
    public static bool CreateFolder(string path)
    {
        if (File.Exists(path))
            throw new CliException($"{path}: is a file, not a folder for output.");
        try
        {
            bool made = !Directory.Exists(path);
            Directory.CreateDirectory(path);
            return made;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException($"{path}: the folder cannot be made: {Reason(e)}");
        }
    }

    /// <summary>Takes an empty folder away again.</summary>
    public static void RemoveEmptyFolder(string path)
    {
        if (Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any())
            Directory.Delete(path);
    }

    /// <summary>Writes a whole file by one call.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        using OutputFile file = Create(path);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>The file is complete: puts it into its place.</summary>
    /// <exception cref="CliException">It cannot be put there, for example because the disk is full.</exception>
    public void Commit()
    {
        try
        {
            Stream.Dispose();
            if (_temporary is null)
                return;
            lock (Gate)
            {
                File.Move(_temporary, _target, overwrite: true);
                Unfinished.Remove(_temporary);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{_target}: cannot be written: {Reason(e)}");
        }
    }

    /// <summary>Removes the file unless it was committed.</summary>
    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // A full disk fails again when the buffer is flushed; the error that led here says it.
        }

        if (_temporary is null)
            return;
        lock (Gate)
        {
            if (Unfinished.Remove(_temporary))
                File.Delete(_temporary);
        }
    }

    /// <summary>Removes all unfinished files and lets no further one be made or finished: the program is about to end.</summary>
    public static void Abandon()
    {
        Gate.Enter();
        foreach (string path in Unfinished)
            File.Delete(path);
    }

    /// <summary>What the system says, without the path that it puts after it.</summary>
    private static string Reason(Exception e)
    {
        if (e is FileNotFoundException or DirectoryNotFoundException)
            return "its folder takes no files.";
        if (e is UnauthorizedAccessException)
            return "permission denied.";
        int path = e.Message.IndexOf(" : '", StringComparison.Ordinal);
        return (path > 0 ? e.Message[..path] : e.Message).TrimEnd('.') + ".";
    }
}
