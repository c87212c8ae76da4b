using System.Security.Cryptography;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Writes the three files of a corpus into a folder of work and puts them in their place when they are whole, the index last: where it is, the corpus is whole.</summary>
internal sealed class CorpusWriter(string workFolder) : IDisposable
{
    private readonly HashedFile _samples = new(Path.Combine(workFolder, CorpusIndex.SamplesName));
    private readonly HashedFile _pitch = new(Path.Combine(workFolder, CorpusIndex.PitchName));
    private readonly List<Recording> _recordings = [];
    private long _offset;

    /// <summary>Recordings so far.</summary>
    public int Count => _recordings.Count;

    /// <summary>Appends a recording.</summary>
    /// <param name="description">What it is; where it lies and how long it is are filled in.</param>
    /// <param name="samples">PCM16, little-endian, of a multiple of 160 samples.</param>
    /// <param name="pitch">Float32, little-endian, one per 160 samples.</param>
    public void Add(Recording description, ReadOnlySpan<byte> samples, ReadOnlySpan<byte> pitch)
    {
        _samples.Write(samples);
        _pitch.Write(pitch);
        _recordings.Add(description with { Offset = _offset, Samples = samples.Length / sizeof(short) });
        _offset += samples.Length / sizeof(short);
    }

    /// <summary>Writes the index and moves the files into the corpus's folder.</summary>
    /// <param name="folder">Folder of the corpus.</param>
    /// <param name="sources">Sources; those that no recording names are left out.</param>
    public void Finish(string folder, IReadOnlyList<CorpusSource> sources)
    {
        var used = _recordings.Select(r => r.Package).ToHashSet(StringComparer.Ordinal);
        CorpusIndex.Create([.. sources.Where(s => used.Contains(s.Package))], _recordings, _samples.Hash(), _pitch.Hash()).Write(Path.Combine(workFolder, CorpusIndex.FileName));
        Dispose();
        foreach (string name in new[] { CorpusIndex.SamplesName, CorpusIndex.PitchName, CorpusIndex.FileName })
            File.Move(Path.Combine(workFolder, name), Path.Combine(folder, name), overwrite: true);
    }

    public void Dispose()
    {
        _samples.Dispose();
        _pitch.Dispose();
    }

    private sealed class HashedFile(string path) : IDisposable
    {
        private readonly FileStream _stream = File.Create(path, 1 << 20);
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public void Write(ReadOnlySpan<byte> bytes)
        {
            _stream.Write(bytes);
            _hash.AppendData(bytes);
        }

        public byte[] Hash() => _hash.GetHashAndReset();

        public void Dispose()
        {
            _stream.Dispose();
            _hash.Dispose();
        }
    }
}
