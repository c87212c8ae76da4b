using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>
/// A prepared corpus, memory-mapped: opening it reads the index only, and spans point into the mapping. Several threads may read at once. Spans are valid until <see cref="Dispose"/>,
/// and the files must not be shortened while the corpus is open.
/// </summary>
public sealed class SpeechCorpus : IDisposable
{
    private readonly CorpusIndex _index;
    private readonly MappedFile _samples;
    private readonly MappedFile _pitch;
    private bool _disposed;

    private SpeechCorpus(string folder, CorpusIndex index)
    {
        (Folder, _index) = (folder, index);
        _samples = new MappedFile(Path.Combine(folder, CorpusIndex.SamplesName), index.Samples * sizeof(short));
        try
        {
            _pitch = new MappedFile(Path.Combine(folder, CorpusIndex.PitchName), index.Samples / CorpusGrid.PitchHop * sizeof(float));
        }
        catch
        {
            _samples.Dispose();
            throw;
        }

        Sources = SourceUse(index);
    }

    /// <summary>The corpus's folder as given.</summary>
    public string Folder { get; }

    /// <summary>SHA-256 of the whole content (samples, pitch, descriptions) in lower-case hexadecimal, as the index states it: the key of whatever is computed from the corpus.</summary>
    public string Hash => _index.Sha256;

    /// <summary>Samples of all recordings.</summary>
    public long TotalSamples => _index.Samples;

    /// <summary>All recordings: those of one voice side by side, its training recordings before its held-out ones.</summary>
    public IReadOnlyList<Recording> Recordings => _index.Recordings;

    /// <summary>What a model card says: minutes per source and licence.</summary>
    public IReadOnlyList<CorpusSourceUse> Sources { get; }

    /// <summary>The sources as the index describes them.</summary>
    internal IReadOnlyList<CorpusSource> DescribedSources => _index.Sources;

    /// <summary>Whether a folder holds a prepared corpus, which it does when all of it is written.</summary>
    /// <param name="folder">The folder.</param>
    public static bool IsAt(string folder) => File.Exists(Path.Combine(folder, CorpusIndex.FileName));

    /// <summary>Opens a prepared corpus.</summary>
    /// <param name="folder">Its folder.</param>
    /// <exception cref="CorpusException">The folder holds no corpus, or one that breaks a rule of the format.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static SpeechCorpus Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("A corpus is read in place, which needs a little-endian machine.");
        return new SpeechCorpus(folder, CorpusIndex.Read(folder));
    }

    /// <summary>The samples of a recording.</summary>
    /// <param name="recording">Index into <see cref="Recordings"/>.</param>
    public ReadOnlySpan<short> Samples(int recording)
    {
        Recording r = Recordings[recording];
        return SamplesAt(r.Offset, r.Samples);
    }

    /// <summary>The pitch of a recording in Hz, 0 where unvoiced: frame <c>g</c> at its sample <c>160 g - 192</c>.</summary>
    /// <param name="recording">Index into <see cref="Recordings"/>.</param>
    /// <returns><see cref="Recording.PitchFrames"/> values.</returns>
    public ReadOnlySpan<float> Pitch(int recording)
    {
        Recording r = Recordings[recording];
        return PitchAt(r.Offset / CorpusGrid.PitchHop, r.PitchFrames);
    }

    /// <summary>Copies a recording as floats in -1 to 1.</summary>
    /// <param name="recording">Index into <see cref="Recordings"/>.</param>
    /// <returns><see cref="Recording.Samples"/> values.</returns>
    public float[] ReadFloats(int recording)
    {
        ReadOnlySpan<short> samples = Samples(recording);
        var values = new float[samples.Length];
        PcmScale.ToFloats(samples, values);
        return values;
    }

    /// <summary>Reads all samples and pitch values and compares them with <see cref="Hash"/>.</summary>
    /// <exception cref="CorpusException">The content is not what the index describes, or holds a pitch that none can be.</exception>
    public void Verify()
    {
        for (int i = 0; i < Recordings.Count; i++)
        {
            foreach (float hertz in Pitch(i))
            {
                if (!(hertz >= 0 && hertz <= CorpusGrid.SampleRate / 2))
                    throw new CorpusException($"{Folder}: {CorpusIndex.PitchName}: a pitch of {Recordings[i].Path} is {hertz} Hz.");
            }
        }

        string found = CorpusIndex.HashOf(_index.Sources, Recordings, _samples.Sha256(), _pitch.Sha256());
        if (found != Hash)
            throw new CorpusException($"{Folder}: sha256: the content's is {found}, but the index states {Hash}.");
    }

    /// <summary>Closes the mapping; spans handed out are invalid from then on.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _samples.Dispose();
        _pitch.Dispose();
    }

    /// <summary>Samples across the borders of recordings.</summary>
    internal ReadOnlySpan<short> SamplesAt(long first, int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _samples.Span<short>(first, count);
    }

    /// <summary>Pitch frames across the borders of recordings.</summary>
    internal ReadOnlySpan<float> PitchAt(long first, int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _pitch.Span<float>(first, count);
    }

    private static CorpusSourceUse[] SourceUse(CorpusIndex index)
    {
        var sources = index.Sources.DistinctBy(s => s.Package).ToDictionary(s => s.Package, StringComparer.Ordinal);
        static double Minutes(IEnumerable<Recording> recordings) => recordings.Sum(r => r.Seconds) / 60;
        return [.. index.Recordings.GroupBy(r => (r.Package, r.Licence, r.Gpl, r.Synthetic)).OrderBy(g => g.Key.Package, StringComparer.Ordinal).ThenBy(g => g.Key.Licence, StringComparer.Ordinal).Select(g =>
        {
            CorpusSource source = sources[g.Key.Package];
            Recording[] training = [.. g.Where(r => !r.HeldOut && !r.IsVaried)], heldOut = [.. g.Where(r => r.HeldOut)], varied = [.. g.Where(r => r.IsVaried)];
            return new CorpusSourceUse(
                source.Package, source.Version, g.Key.Licence, source.Authors, g.Key.Gpl, g.Key.Synthetic,
                training.Length, Minutes(training), heldOut.Length, Minutes(heldOut), varied.Length, Minutes(varied));
        })];
    }

    private sealed unsafe class MappedFile : IDisposable
    {
        private readonly MemoryMappedFile _map;
        private readonly MemoryMappedViewAccessor _view;
        private readonly byte* _start;
        private readonly long _bytes;

        public MappedFile(string path, long bytes)
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (stream.Length != bytes)
                throw new CorpusException($"{path}: length: is {stream.Length} bytes, but the index describes {bytes}.");
            _bytes = bytes;
            _map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            try
            {
                _view = _map.CreateViewAccessor(0, bytes, MemoryMappedFileAccess.Read);
            }
            catch
            {
                _map.Dispose();
                throw;
            }

            _start = (byte*)_view.SafeMemoryMappedViewHandle.DangerousGetHandle() + _view.PointerOffset;
        }

        public ReadOnlySpan<T> Span<T>(long first, int count)
            where T : unmanaged
        {
            ArgumentOutOfRangeException.ThrowIfNegative(first);
            ArgumentOutOfRangeException.ThrowIfNegative(count);
            ArgumentOutOfRangeException.ThrowIfGreaterThan((first + count) * sizeof(T), _bytes, nameof(count));
            return new ReadOnlySpan<T>(_start + (first * sizeof(T)), count);
        }

        public byte[] Sha256()
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            const int Piece = 1 << 24;
            for (long at = 0; at < _bytes; at += Piece)
                hash.AppendData(Span<byte>(at, (int)Math.Min(Piece, _bytes - at)));
            return hash.GetHashAndReset();
        }

        public void Dispose()
        {
            _view.Dispose();
            _map.Dispose();
        }
    }
}
