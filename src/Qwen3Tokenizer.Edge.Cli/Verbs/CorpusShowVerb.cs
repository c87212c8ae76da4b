using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge corpus show</c>: what a prepared corpus holds.</summary>
internal static class CorpusShowVerb
{
    public static Command Create()
    {
        var input = new Argument<string>("DIR") { Description = "Folder of a prepared corpus." };
        var verify = new Option<bool>("--verify") { Description = "Read all of it and compare it with its content hash." };
        Option<bool> json = CommonOptions.Json();
        var verb = new Verb("show", "Minutes for each voice, licence and source of a corpus.", "q3edge corpus show corpus", "q3edge corpus show corpus --verify --json") { input, verify, json };
        verb.SetAction(parsed =>
        {
            using SpeechCorpus corpus = SpeechCorpus.Open(parsed.GetValue(input)!);
            if (parsed.GetValue(verify))
                corpus.Verify();
            if (parsed.GetValue(json))
                PrintJson(corpus);
            else
                Print(corpus);
            return 0;
        });
        return verb;
    }

    private static void Print(SpeechCorpus corpus)
    {
        Console.WriteLine($"{"voice",-34}{"language",-10}{"licence",-22}{"files",7}{"minutes",9}{"held out",10}{"minutes",9}");
        foreach (VoiceRow v in Voices(corpus))
            Console.WriteLine($"{v.Voice,-34}{v.Language,-10}{v.Licence,-22}{v.Recordings,7}{v.Minutes,9:0.0}{v.HeldOutRecordings,10}{v.HeldOutMinutes,9:0.0}{(v.Gpl ? "  GPL" : "")}{(v.Synthetic ? "  synthetic" : "")}{(v.Speed == 1 ? "" : "  copies at another speed")}");
        Console.WriteLine($"\n{"licence",-66}{"files",7}{"minutes",9}{"held out",10}{"minutes",9}{"copies",8}{"minutes",9}");
        foreach (IGrouping<string, CorpusSourceUse> g in corpus.Sources.GroupBy(s => s.Licence + (s.Synthetic ? " (synthetic)" : "")).OrderBy(g => g.Key, StringComparer.Ordinal))
            Console.WriteLine($"{g.Key,-66}{Totals(g)}");
        Console.WriteLine($"{"all",-66}{Totals(corpus.Sources)}");
        Console.WriteLine($"{"all but the GPL's",-66}{Totals(corpus.Sources.Where(s => !s.Gpl))}");
        Console.WriteLine($"\ncontent {corpus.Hash}");
    }

    private static string Totals(IEnumerable<CorpusSourceUse> uses) =>
        $"{uses.Sum(u => u.TrainingRecordings),7}{uses.Sum(u => u.TrainingMinutes),9:0.0}{uses.Sum(u => u.HeldOutRecordings),10}{uses.Sum(u => u.HeldOutMinutes),9:0.0}{uses.Sum(u => u.VariedRecordings),8}{uses.Sum(u => u.VariedMinutes),9:0.0}";

    private static void PrintJson(SpeechCorpus corpus) => Json.Print(new
    {
        corpus.Folder, Sha256 = corpus.Hash, corpus.Recordings.Count, Minutes = corpus.TotalSamples / (60.0 * CorpusGrid.SampleRate), Voices = Voices(corpus), corpus.Sources,
    });

    private static IEnumerable<VoiceRow> Voices(SpeechCorpus corpus) => corpus.Recordings.GroupBy(r => r.Voice).Select(g =>
    {
        ILookup<bool, Recording> by = g.ToLookup(r => r.HeldOut);
        Recording first = g.First();
        return new VoiceRow(g.Key, first.Language, first.Licence, first.Gpl, first.Synthetic, first.SpeedPercent / 100m, by[false].Count(), by[false].Sum(r => r.Seconds) / 60, by[true].Count(), by[true].Sum(r => r.Seconds) / 60);
    });

    private sealed record VoiceRow(string Voice, string Language, string Licence, bool Gpl, bool Synthetic, decimal Speed, int Recordings, double Minutes, int HeldOutRecordings, double HeldOutMinutes);
}
