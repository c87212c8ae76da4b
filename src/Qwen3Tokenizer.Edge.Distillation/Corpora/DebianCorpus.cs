namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Prepares a corpus of Debian's speech packages, with the synthesised held-out line and, when asked, synthesised voices.</summary>
public static class DebianCorpus
{
    /// <summary>Gets packages and prepares them. What is interrupted goes on where it stopped.</summary>
    /// <param name="folder">Folder of the corpus.</param>
    /// <param name="packages">Packages of <see cref="DebianSpeech.Packages"/>.</param>
    /// <param name="voices">Synthesised voices to add.</param>
    /// <param name="progress">Told the stage and the part of it that is done, or null.</param>
    /// <returns>What became of the files.</returns>
    /// <exception cref="CorpusException">A tool is missing, or a package cannot be had.</exception>
    public static CorpusBuildResult Prepare(string folder, IReadOnlyList<SpeechPackage> packages, IReadOnlyList<SynthesisVoice> voices, IProgress<(string Stage, double Done)>? progress = null)
    {
        CorpusBuilder.RequireNone(folder);
        string unfinished = CorpusBuilder.UnfinishedFolder(folder);
        var files = new List<SpeechFile>();
        var sources = new List<CorpusSource>();
        for (int i = 0; i < packages.Count; i++)
        {
            progress?.Report(($"Getting {packages[i].Name}", (double)i / packages.Count));
            (string unpacked, string version) = DebianPackages.Get(packages[i].Name, Path.Combine(unfinished, "packages"));
            files.AddRange(FilesOf(packages[i], unpacked));
            sources.Add(new CorpusSource(packages[i].Name, version, packages[i].Authors));
        }

        files.AddRange(SpeechSynthesis.Speak(voices, Path.Combine(unfinished, "synthesised"), progress));
        sources.AddRange(SpeechSynthesis.Sources(voices));
        return CorpusBuilder.Build(folder, files, sources, progress);
    }

    /// <summary>The speech in an unpacked package, in the order of its paths.</summary>
    /// <param name="package">The package.</param>
    /// <param name="folder">Where it was unpacked.</param>
    public static IReadOnlyList<SpeechFile> FilesOf(SpeechPackage package, string folder)
    {
        var found = new List<SpeechFile>();
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (string file in Directory.EnumerateFiles(folder, "*", options))
        {
            string path = Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/');
            if (package.Attribute(path) is { } who)
                found.Add(new SpeechFile(file, package.Name, path, who.Voice, who.Language, who.Licence, who.Gpl, HeldOutList.Contains(who.Voice, path), Synthetic: false));
        }

        found.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return found;
    }
}
