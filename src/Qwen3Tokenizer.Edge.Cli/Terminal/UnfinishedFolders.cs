namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>
/// Folders in which a build works before it renames them to their target. A build that ends removes them itself; one that is
/// interrupted cannot, so whoever starts it says where to look.
/// </summary>
internal sealed class UnfinishedFolders : IDisposable
{
    private const string Ending = ".tmp";
    private const int Attempts = 5;
    private static readonly Lock Gate = new();
    private static readonly List<UnfinishedFolders> Watched = [];
    private readonly string _parent;
    private readonly string _beginning;
    private readonly HashSet<string> _before;

    private UnfinishedFolders(string parent, string beginning)
    {
        (_parent, _beginning) = (parent, beginning);
        _before = [.. Find()];
    }

    /// <summary>Remembers what is there, so that only what comes later is removed.</summary>
    /// <param name="parent">Folder above the target; it need not exist.</param>
    /// <param name="beginning">How the names of such folders begin.</param>
    public static UnfinishedFolders Watch(string parent, string beginning)
    {
        var watch = new UnfinishedFolders(parent, beginning);
        lock (Gate)
            Watched.Add(watch);
        return watch;
    }

    /// <summary>Removes what interrupted builds left.</summary>
    public static void Abandon()
    {
        lock (Gate)
        {
            foreach (string folder in Watched.SelectMany(watch => watch.Find().Except(watch._before)))
                Remove(folder);
        }
    }

    public void Dispose()
    {
        lock (Gate)
            Watched.Remove(this);
    }

    private string[] Find() => Directory.Exists(_parent)
        ? [.. Directory.EnumerateDirectories(_parent).Where(folder =>
            Path.GetFileName(folder).StartsWith(_beginning, StringComparison.Ordinal) && folder.EndsWith(Ending, StringComparison.Ordinal))]
        : [];

    // The interrupted compiler may be writing its last file just now.
    private static void Remove(string folder)
    {
        for (int attempt = 0; attempt < Attempts && Directory.Exists(folder); attempt++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Thread.Sleep(50);
            }
        }
    }
}
