using Qwen3Tokenizer.Edge.Audio;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Audio files as 16 kHz mono PCM16: this library's own readers first, ffmpeg for the rest.</summary>
internal static class SpeechFileDecoder
{
    /// <summary>Endings of the files that a folder is searched for.</summary>
    public static readonly IReadOnlyList<string> Endings = [".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aiff", ".aif", ".au", ".m4a", ".g722", ".gsm", ".alaw", ".ulaw", ".sph"];

    // Formats without a header, or that libsndfile has no decoder for.
    private static readonly string[] Foreign = [".g722", ".gsm", ".alaw", ".ulaw", ".m4a"];

    /// <summary>Decodes some files; null for one that cannot be decoded.</summary>
    /// <param name="files">Paths.</param>
    /// <param name="workFolder">Where intermediate files may lie for a moment.</param>
    /// <exception cref="CorpusException">A file needs ffmpeg, and there is none.</exception>
    public static short[]?[] Decode(IReadOnlyList<string> files, string workFolder)
    {
        var decoded = new short[]?[files.Count];
        var rest = new List<int>();
        for (int i = 0; i < files.Count; i++)
        {
            decoded[i] = Array.IndexOf(Foreign, Path.GetExtension(files[i]).ToLowerInvariant()) >= 0 ? null : Own(files[i]);
            if (decoded[i] is null)
                rest.Add(i);
        }

        foreach (int[] part in rest.Chunk(FfmpegDecoder.Batch))
        {
            short[]?[] found = FfmpegDecoder.Decode([.. part.Select(i => files[i])], workFolder);
            for (int k = 0; k < part.Length; k++)
                decoded[part[k]] = found[k];
        }

        return decoded;
    }

    private static short[]? Own(string file)
    {
        try
        {
            return PcmScale.ToPcm(AudioFile.Read(file).Resample(CorpusGrid.SampleRate).ToMono());
        }
        catch (AudioFormatException)
        {
            return null;
        }
    }
}
