using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

/// <summary>A corpus of pulse trains: every file has a pitch of its own, so that a segment tells where it comes from.</summary>
internal static class SmallCorpus
{
    public const string Licence = "CC0-1.0";

    /// <summary>A voiced signal with harmonics of <paramref name="hertz"/>, loud enough for training.</summary>
    public static float[] Tone(double hertz, double seconds, double level = 0.05)
    {
        var x = new float[(int)Math.Round(seconds * 16000)];
        for (int i = 0; i < x.Length; i++)
        {
            double sum = 0;
            for (int h = 1; h * hertz < 4000; h++)
                sum += Math.Cos(2 * Math.PI * h * hertz * i / 16000);
            x[i] = (float)(level * sum / 3);
        }

        return x;
    }

    public static void Write(string path, float[] samples, int rate = 16000)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using FileStream stream = File.Create(path);
        WavWriter.WritePcm16(stream, samples, rate);
    }

    /// <summary>Voices "long" (4 recordings of 6 s), "short" (30 of 0.5 s) and "quiet" (1 of 4 s), prepared.</summary>
    public static SpeechCorpus Prepare(TemporaryFolder folder, Func<SpeechFile, SpeechFile>? change = null)
    {
        for (int i = 0; i < 4; i++)
            Write(folder.At("speech", "long", $"r{i}.wav"), Tone(100 + (10 * i), 6));
        for (int i = 0; i < 30; i++)
            Write(folder.At("speech", "short", $"s{i:00}.wav"), Tone(200 + (5 * i), 0.5));
        Write(folder.At("speech", "quiet", "q.wav"), Tone(150, 4, 0.0005));
        IReadOnlyList<SpeechFile> files = FolderSpeech.Find(folder.At("speech"), "en", Licence);
        CorpusBuilder.Build(folder.At("corpus"), [.. files.Select(f => f with { HeldOut = false }).Select(change ?? (f => f))], [FolderSpeech.Source(folder.At("speech"), "nobody")]);
        return SpeechCorpus.Open(folder.At("corpus"));
    }
}
