using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge corpus</c>: speech to train on.</summary>
internal static class CorpusVerb
{
    public static Command Create() => new("corpus", "Speech to train on: Debian's freely licensed packages, folders of recordings, synthesised voices.")
    {
        CorpusDebianVerb.Create(),
        CorpusPrepareVerb.Create(),
        CorpusSynthesiseVerb.Create(),
        CorpusVaryVerb.Create(),
        CorpusShowVerb.Create(),
    };

    /// <summary>Tells what was prepared.</summary>
    public static void Report(string folder, CorpusBuildResult result)
    {
        Warn(result.Unreadable, "could not be decoded and were left out");
        using SpeechCorpus corpus = SpeechCorpus.Open(folder);
        Console.WriteLine($"{result.Recordings} recordings -> {folder}");
        Console.WriteLine($"  training                {Minutes(corpus, r => !r.HeldOut && !r.IsVaried)}");
        if (corpus.Recordings.Any(r => r.IsVaried))
            Console.WriteLine($"  copies at other speeds  {Minutes(corpus, r => r.IsVaried)}");
        Console.WriteLine($"  held out                {Minutes(corpus, r => r.HeldOut)}");
        Console.WriteLine($"  left out                {result.Duplicates.Count} copies of other recordings, {result.TooShort.Count} shorter than 0.1 s, {result.Unreadable.Count} unreadable");
        Console.WriteLine($"  content                 {corpus.Hash}");
    }

    private static string Minutes(SpeechCorpus corpus, Func<Recording, bool> which) => Units.Duration(corpus.Recordings.Where(which).Sum(r => r.Seconds));

    private static void Warn(IReadOnlyList<string> files, string what)
    {
        if (files.Count > 0)
            Failure.Warn($"{files.Count} files {what}, the first of them {files[0]}.");
    }
}
