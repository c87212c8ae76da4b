namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Any folder of audio as speech: what lies in a folder below it is one speaker, what lies in the folder itself is another.</summary>
public static class FolderSpeech
{
    /// <summary>Finds the audio files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="language">BCP 47 tag of all of them.</param>
    /// <param name="licence">SPDX identifier, or what is to be said of all of them.</param>
    /// <returns>The files in the order of their paths, a twentieth of them held out by a hash of speaker and name.</returns>
    /// <exception cref="CorpusException">The folder does not exist or has no audio files.</exception>
    public static IReadOnlyList<SpeechFile> Find(string folder, string language, string licence)
    {
        if (!Directory.Exists(folder))
            throw new CorpusException($"{folder}: there is no such folder.");
        string name = NameOf(folder);
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        SpeechFile[] files =
        [
            .. Directory.EnumerateFiles(folder, "*", options)
                .Where(file => SpeechFileDecoder.Endings.Contains(Path.GetExtension(file).ToLowerInvariant()))
                .Select(file => (File: file, Path: Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/')))
                .OrderBy(f => f.Path, StringComparer.Ordinal)
                .Select(f =>
                {
                    int slash = f.Path.IndexOf('/', StringComparison.Ordinal);
                    string voice = slash < 0 ? name : f.Path[..slash];
                    return new SpeechFile(f.File, name, f.Path, voice, language, licence, IsGpl(licence), HeldOutList.IsShare(voice, f.Path), Synthetic: false);
                }),
        ];
        return files.Length > 0 ? files : throw new CorpusException($"{folder}: has no audio files ({string.Join(", ", SpeechFileDecoder.Endings)}).");
    }

    /// <summary>The folder as a source of a corpus.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="authors">Who is to be named; may be empty.</param>
    public static CorpusSource Source(string folder, string authors) => new(NameOf(folder), "", authors);

    // "LGPL" and "AGPL" are other licences; the "GPL" of "GPL-3 or LGPL-3" is one.
    internal static bool IsGpl(string licence) => licence.Split([' ', '(', ')', ',', ';'], StringSplitOptions.RemoveEmptyEntries).Any(word => word.StartsWith("GPL", StringComparison.OrdinalIgnoreCase));

    private static string NameOf(string folder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
}
