using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Compiler.Tones;

/// <summary>A folder of recorded speech.</summary>
public static class SpeechFolder
{
    private static readonly string[] Extensions = [".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3"];

    // Less holds no word, and a frame of it no level to compare with.
    private const double MinSeconds = 0.2;

    /// <summary>The audio files in a folder and the folders below it, sorted.</summary>
    /// <exception cref="BuildException">There is no such folder, or no audio file in it.</exception>
    public static IReadOnlyList<string> Files(string folder)
    {
        if (!Directory.Exists(folder))
            throw new BuildException($"{folder}: there is no such folder of speech.");
        string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(f => Extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new BuildException($"{folder}: holds no audio file ({string.Join(", ", Extensions)}).");
    }

    /// <summary>Frames of every file, in the files' order; files shorter than 0.2 s are left out. Uses all processors.</summary>
    /// <param name="model">A model with an encoder.</param>
    /// <param name="files">Audio files.</param>
    /// <param name="progress">Told the share done, 0..1.</param>
    public static IReadOnlyList<SpeechFrame[]> Frames(EdgeModel model, IReadOnlyList<string> files, IProgress<double>? progress = null)
    {
        int done = 0;
        return [.. files.AsParallel().AsOrdered().Select(file =>
        {
            AudioClip clip = AudioFile.Read(file);
            SpeechFrame[] frames = clip.Duration < MinSeconds ? [] : SpeechFrames.Of(model, clip.Resample(model.Config.SampleRate).ToMono());
            progress?.Report((double)Interlocked.Increment(ref done) / files.Count);
            return frames;
        }).AsEnumerable().Where(frames => frames.Length > 0)];
    }
}
