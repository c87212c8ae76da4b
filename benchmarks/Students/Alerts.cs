namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>How well a recogniser understands the alerts of a meter and new ones in the same voice.</summary>
internal static class Alerts
{
    private static readonly int[] StandardLayers = [4, 16];
    private const double Silence = 0.2;
    private static readonly string[] Peers = ["edge-light", "edge-meter"];

    /// <summary>Runs the test and prints its table or JSON.</summary>
    public static void Run(Options options, string folder)
    {
        var recogniser = new Recogniser(folder, options.Threads);
        List<Utterance> utterances = AlertPhrases.Load();

        // One grammar for both sets: a meter with the new rows in its table may say any of the 39. The loop of all words is the harder test, which does not saturate.
        List<Grammar> grammars = [Grammar.OfPhrases(utterances.Select(u => u.Words)), Grammar.OfWords(utterances.SelectMany(u => u.Words))];
        List<StudentModel> models = StudentModel.Load([.. options.Models, .. options.Alone ? [] : Peers.Except(options.Models)]);
        try
        {
            List<SpeechSystem> systems =
            [
                .. options.Alone ? [] : (SpeechSystem[])[new Original(), new NarrowOriginal(HalfBand.Down)],
                .. models.SelectMany(m => Arithmetics.Of(m, m.LayersOf(options.Layers ?? StandardLayers), options)),
                .. options.Alone ? [] : (SpeechSystem[])[new Codec2System("1200", folder, HalfBand.Down), new Codec2System("700C", folder, HalfBand.Down)],
            ];
            List<Hearing> hearings = Recognition.Hear(recogniser, systems, options.Receivers, utterances, grammars, Silence);
            RecognitionTables.Print(options, hearings, [AlertPhrases.Shipped, AlertPhrases.New], grammars, [.. models.Take(options.Models.Count).Select(m => m.Label)]);
        }
        finally
        {
            models.ForEach(m => m.Dispose());
        }
    }
}
