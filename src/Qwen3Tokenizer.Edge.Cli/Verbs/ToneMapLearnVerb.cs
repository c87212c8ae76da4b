using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Speech;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Compiler.Tones;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge tonemap learn</c>: a tone for every token, from real speech.</summary>
internal static class ToneMapLearnVerb
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Recorded speech: WAV, FLAC, OGG or MP3 files, also in folders below; an hour or more of several voices." };
        Option<string> output = CommonOptions.Output("TABLE", "Table to write: .csv, .json, or C or C# as in 'tonemap export'.");
        Option<string> model = CommonOptions.Model();
        Option<string?> range = ToneOptions.Range();
        Option<string[]> pins = ToneOptions.Pins();
        var verb = new Verb("learn", "Give every token of the first layer a frequency, a duty and a pause from the pitch, level and voicing that it has in speech.",
            "q3edge tonemap learn recordings/ -o tones.csv",
            "q3edge tonemap learn recordings/ -o tones.csv --range 1000-5000 --pin 567=1200 --pin 1204=1800")
        {
            folder, output, model, range, pins,
        };
        verb.SetAction(parsed =>
        {
            string path = parsed.GetValue(output)!;
            ToneExport.RequireKnown(path);
            ToneRange buzzer = ToneOptions.RangeOf(parsed.GetValue(range));
            IReadOnlyList<(int Token, int Hertz)> chosen = ToneOptions.PinsOf(parsed.GetValue(pins)!);
            IReadOnlyList<string> files = SpeechFolder.Files(parsed.GetValue(folder)!);
            EdgeModel encoder = ModelChoice.EncoderOf(SpeechModel.Of(ModelChoice.RequireEdge(parsed.GetValue(model)!, "tonemap learn"))).Edge!;
            using OutputFile file = OutputFile.Create(path);
            var learner = new ToneLearner(encoder);
            foreach (SpeechFrame[] frames in WorkProgress.Run("Listening", progress => SpeechFolder.Frames(encoder, files, progress)))
                learner.Add(frames);
            ToneTable table = ToneOptions.Pinned(learner.Learn(buzzer), chosen, buzzer);
            file.Stream.Write(ToneExport.Bytes(path, table));
            file.Commit();
            double seconds = learner.Frames / encoder.Config.Rate.FramesPerSecond;
            Console.WriteLine($"{path}: {table.Entries} tones in {buzzer} from {files.Count} files, {Units.Duration(seconds)}; {learner.KnownTokens} tokens heard often enough, {learner.PitchedTokens} with a pitch of their own, the others from their neighbours in the codebook.");
            return 0;
        });
        return verb;
    }
}
