using System.Globalization;
using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Decodes what libsndfile does not read (G.722, GSM, AAC, ...) with ffmpeg as a child process, many files in one call: starting it costs more than decoding a prompt.</summary>
internal static class FfmpegDecoder
{
    /// <summary>Files that one call takes.</summary>
    public const int Batch = 40;

    // Longer files are cut, so that a small file that unpacks to days of silence cannot fill the disk.
    private const int MaxSeconds = 7200;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);
    private static readonly Lazy<bool> Found = new(() =>
    {
        try
        {
            return ChildProcess.Run("ffmpeg", ["-version"], Environment.CurrentDirectory, TimeSpan.FromSeconds(30)).ExitCode == 0;
        }
        catch (BuildException)
        {
            return false;
        }
    });

    /// <summary>Whether there is an ffmpeg on the path.</summary>
    public static bool IsInstalled => Found.Value;

    /// <summary>Decodes files to 16 kHz mono; null for one that cannot be decoded.</summary>
    /// <param name="files">At most <see cref="Batch"/> paths.</param>
    /// <param name="workFolder">Where its output may lie for a moment.</param>
    /// <exception cref="CorpusException">There is no ffmpeg.</exception>
    public static short[]?[] Decode(IReadOnlyList<string> files, string workFolder)
    {
        if (!IsInstalled)
            throw new CorpusException($"{files[0]}: only ffmpeg reads this format, and it was not found; install it, on Debian with: apt-get install ffmpeg.");
        string[] outputs = [.. files.Select(_ => Path.Combine(workFolder, $"{Guid.NewGuid():N}.raw.tmp"))];
        try
        {
            if (Run(files, outputs, workFolder))
                return [.. outputs.Select(Read)];
            if (files.Count == 1)
                return [null];
        }
        finally
        {
            foreach (string output in outputs)
                File.Delete(output);
        }

        // One bad file spoils a call: find it.
        return [.. files.Select(file => Decode([file], workFolder)[0])];
    }

    private static bool Run(IReadOnlyList<string> files, string[] outputs, string workFolder)
    {
        List<string> arguments = ["-v", "error", "-nostdin", "-y", "-threads", "1"];
        foreach (string file in files)
            arguments.AddRange(["-protocol_whitelist", "file", "-i", "file:" + Path.GetFullPath(file)]);
        for (int i = 0; i < outputs.Length; i++)
        {
            arguments.AddRange(["-map", $"{i}:a:0", "-ac", "1", "-ar", CorpusGrid.SampleRate.ToString(CultureInfo.InvariantCulture),
                "-t", MaxSeconds.ToString(CultureInfo.InvariantCulture), "-f", "s16le", "file:" + Path.GetFullPath(outputs[i])]);
        }

        return ChildProcess.Run("ffmpeg", arguments, workFolder, Limit).ExitCode == 0;
    }

    private static short[] Read(string path) => MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(path).AsSpan()).ToArray();
}
