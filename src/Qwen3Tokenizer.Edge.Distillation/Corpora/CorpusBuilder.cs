using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>What became of the files of a corpus. Files are named as <c>package: path</c>.</summary>
/// <param name="Recordings">Recordings in the corpus.</param>
/// <param name="Duplicates">Files that were left out because a held-out recording, or an earlier one, has the same samples.</param>
/// <param name="TooShort">Files of less than 0.1 s.</param>
/// <param name="Unreadable">Files that no decoder understood.</param>
public sealed record CorpusBuildResult(int Recordings, IReadOnlyList<string> Duplicates, IReadOnlyList<string> TooShort, IReadOnlyList<string> Unreadable);

/// <summary>Prepares a corpus: decodes audio files to 16 kHz, tracks their pitch, drops copies, and writes samples, pitch and index.</summary>
public static class CorpusBuilder
{
    private const string UnfinishedName = ".unfinished";

    /// <summary>Where an unfinished preparation keeps what it has done; it goes on from there when it is started again, and is removed when the corpus is complete.</summary>
    /// <param name="folder">Folder of the corpus.</param>
    public static string UnfinishedFolder(string folder) => Path.Combine(folder, UnfinishedName);

    /// <summary>Refuses a folder that holds a corpus already.</summary>
    /// <param name="folder">Folder of the corpus.</param>
    /// <exception cref="CorpusException">It does.</exception>
    public static void RequireNone(string folder)
    {
        if (File.Exists(Path.Combine(folder, CorpusIndex.FileName)))
            throw new CorpusException($"{folder}: holds a prepared corpus already; name another folder, or remove this one first.");
    }

    /// <summary>Prepares a corpus on all cores. What is interrupted goes on where it stopped.</summary>
    /// <param name="folder">Folder of the corpus; it may hold anything but a corpus.</param>
    /// <param name="files">Its files; the order is kept within a voice.</param>
    /// <param name="sources">Every package that a file names.</param>
    /// <param name="progress">Told the stage and the part of it that is done, or null.</param>
    /// <returns>What became of the files.</returns>
    /// <exception cref="CorpusException">The folder holds a corpus, there is no recording, or a file needs a program that is missing.</exception>
    public static CorpusBuildResult Build(string folder, IReadOnlyList<SpeechFile> files, IReadOnlyList<CorpusSource> sources, IProgress<(string Stage, double Done)>? progress = null)
    {
        RequireNone(folder);
        var clips = new PreparedClips(Path.Combine(UnfinishedFolder(folder), "clips"));
        string[] keys = [.. files.Select(PreparedClips.KeyOf)];
        Decode(files, keys, clips, progress);
        var unreadable = new List<string>();
        var tooShort = new List<string>();
        var kept = new List<int>();
        for (int i = 0; i < files.Count; i++)
        {
            if (!clips.Has(keys[i]))
                unreadable.Add(NameOf(files[i]));
            else if (clips.Length(keys[i]) < CorpusGrid.MinSamples)
                tooShort.Add(NameOf(files[i]));
            else
                kept.Add(i);
        }

        List<string> duplicates = DropCopies(kept, files, keys, clips);
        if (kept.Count == 0)
            throw new CorpusException($"{folder}: none of {files.Count} files has speech of at least 0.1 s that can be read.");
        int[] order = [.. kept.OrderBy(i => files[i].Voice, StringComparer.Ordinal).ThenBy(i => files[i].HeldOut)];
        Pack(folder, order, files, keys, clips, sources, progress);
        Directory.Delete(UnfinishedFolder(folder), recursive: true);
        return new CorpusBuildResult(order.Length, duplicates, tooShort, unreadable);
    }

    private static void Decode(IReadOnlyList<SpeechFile> files, string[] keys, PreparedClips clips, IProgress<(string Stage, double Done)>? progress)
    {
        int[] missing = [.. Enumerable.Range(0, files.Count).Where(i => !clips.Has(keys[i]))];
        int done = files.Count - missing.Length;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        try
        {
            Parallel.ForEach(Partitioner.Create(missing.Chunk(FfmpegDecoder.Batch).ToArray(), loadBalance: true), options, part =>
            {
                short[]?[] decoded = SpeechFileDecoder.Decode([.. part.Select(i => files[i].File)], clips.Folder);
                for (int k = 0; k < part.Length; k++)
                {
                    if (decoded[k] is { } samples)
                        clips.Add(keys[part[k]], samples);
                    progress?.Report(("Decoding and tracking pitch", (double)Interlocked.Increment(ref done) / files.Count));
                }
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<CorpusException>().FirstOrDefault() is { } first)
        {
            throw new CorpusException(first.Message, first);
        }
    }

    // A training recording whose samples a held-out one has would be trained on what is to be tested; a second copy in training only weighs double. The held-out list itself stays as it is.
    private static List<string> DropCopies(List<int> kept, IReadOnlyList<SpeechFile> files, string[] keys, PreparedClips clips)
    {
        var hashes = new string[files.Count];
        Parallel.ForEach(kept, i => hashes[i] = Convert.ToHexString(SHA256.HashData(clips.Samples(keys[i]))));
        var seen = kept.Where(i => files[i].HeldOut).Select(i => hashes[i]).ToHashSet(StringComparer.Ordinal);
        var dropped = new List<string>();
        kept.RemoveAll(i =>
        {
            bool copy = !files[i].HeldOut && !seen.Add(hashes[i]);
            if (copy)
                dropped.Add(NameOf(files[i]));
            return copy;
        });
        return dropped;
    }

    private static string NameOf(SpeechFile file) => $"{file.Package}: {file.Path}";

    private static void Pack(string folder, int[] order, IReadOnlyList<SpeechFile> files, string[] keys, PreparedClips clips, IReadOnlyList<CorpusSource> sources, IProgress<(string Stage, double Done)>? progress)
    {
        using var writer = new CorpusWriter(UnfinishedFolder(folder));
        foreach (int i in order)
        {
            SpeechFile f = files[i];
            writer.Add(new Recording(f.Package, f.Path, f.Voice, f.Language, f.Licence, f.Gpl, 0, 0, f.HeldOut, f.Synthetic), clips.Samples(keys[i]), clips.Pitch(keys[i]));
            progress?.Report(("Writing the corpus", (double)writer.Count / order.Length));
        }

        writer.Finish(folder, sources);
    }
}
