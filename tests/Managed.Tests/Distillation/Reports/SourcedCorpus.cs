using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Reports;

/// <summary>A corpus of three sources under three licences, one of them the GPL's and one synthesised, each with a recording held out.</summary>
internal static class SourcedCorpus
{
    public const string Authors = "Ann | Ben & Co";

    public static SpeechCorpus Prepare(TemporaryFolder folder)
    {
        SpeechFile[] files = [.. Files(folder, "open", "CC-BY-SA-4.0", 120, false), .. Files(folder, "free", "GPL-3.0-or-later", 150, false), .. Files(folder, "robot", "CC0-1.0", 180, true)];
        CorpusBuilder.Build(folder.At("corpus"), files, [new CorpusSource("open", "1.0", Authors), new CorpusSource("free", "2", "Gnu"), new CorpusSource("robot", "", "a machine")]);
        return SpeechCorpus.Open(folder.At("corpus"));
    }

    private static IEnumerable<SpeechFile> Files(TemporaryFolder folder, string package, string licence, double hertz, bool synthetic)
    {
        for (int i = 0; i < 3; i++)
            SmallCorpus.Write(folder.At(package, $"v-{package}", $"{i}.wav"), SmallCorpus.Tone(hertz + (10 * i), 3));
        return FolderSpeech.Find(folder.At(package), "en", licence).Select((f, i) => f with { HeldOut = i == 1, Synthetic = synthetic });
    }
}
