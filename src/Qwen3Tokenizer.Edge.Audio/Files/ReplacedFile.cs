namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>A file written under a temporary name in the same folder and renamed when complete; disposed without <see cref="Commit"/> it leaves the old file as it was.</summary>
internal sealed class ReplacedFile : IDisposable
{
    private readonly string _target;
    private readonly string? _temporary;

    public ReplacedFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _target = Path.GetFullPath(path);

        // Standard output and its like are links to what must not be renamed over.
        bool device = _target.StartsWith("/dev/", StringComparison.Ordinal) && !_target.StartsWith("/dev/shm/", StringComparison.Ordinal);
        if (!device && new FileInfo(_target).LinkTarget is not null)
            _target = File.ResolveLinkTarget(_target, returnFinalTarget: true)!.FullName;

        if (File.Exists(_target))
        {
            // Renaming would replace a read-only file, a device or a pipe without a word. Opening tells, and devices and pipes are written in place.
            var existing = new FileStream(_target, FileMode.Open, FileAccess.Write);
            if (device || !existing.CanSeek)
            {
                Stream = existing;
                return;
            }

            existing.Dispose();
        }

        _temporary = $"{_target}.{Guid.NewGuid():N}.tmp";
        Stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
    }

    public Stream Stream { get; }

    public void Commit()
    {
        Stream.Dispose();
        if (_temporary is not null)
            File.Move(_temporary, _target, overwrite: true);
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (_temporary is not null)
            File.Delete(_temporary);
    }
}
